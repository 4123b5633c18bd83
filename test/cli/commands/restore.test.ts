import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { findLoads } from '../../../src/core/postgres/find-loads.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import { freePort } from '../../support/pipeline.js';
import { createSpace, type Space } from '../../support/space.js';
import { runCommand, runJson } from '../run-command.js';

interface Restored {
  readonly planned: { productId: string; state: string; action: string }[];
  readonly results: { productId: string; outcome: string; reason: string | null }[];
}

let space: Space;
beforeAll(async () => {
  space = await createSpace('cli-restore');
});
afterAll(() => space.close());
beforeEach(async () => {
  for (const [product, quantity] of [
    ['tee', '10'],
    ['mug', '5'],
    ['cap', '3'],
  ] as const) {
    await runJson(['seed-stock', '--product', product, '--quantity', quantity], options());
  }
});

const options = () => ({ env: space.environment });
const restore = (...args: string[]) => runJson<Restored>(['restore', ...args], options());
const raw = (...args: string[]) => runCommand(['restore', ...args], options());
const available = async (productId: string) =>
  (await readTotals(space.redis, space.prefix, productId)).available;
const epochOf = async (productId: string) => (await findLoads(space.pool, [productId]))[0]?.epoch;

/** Redis forgets the product; or everything of it but an older load. */
async function lose(productId: string): Promise<void> {
  const keys = productKeys(space.prefix, productId);
  await space.redis.unlink(keys.stock, keys.sale, keys.holds, keys.totals, keys.price, keys.limits);
}

async function actions(): Promise<unknown[]> {
  const { rows } = await space.pool.query<{ found: unknown }>(
    `select jsonb_build_object('actor', actor, 'arguments', arguments, 'reason', reason, 'result', result) as found
     from operator_actions where command = 'restore' order by action_id`,
  );
  return rows.map((row) => row.found);
}

it('finds nothing to do while Redis holds everything', async () => {
  expect(await restore('--all', '--yes')).toEqual({
    planned: ['cap', 'mug', 'tee'].map((productId) => ({ productId, state: 'in-step', action: 'skip' })),
    results: [],
  });
  expect(await raw('--all')).toMatchObject({
    code: EXIT.ok,
    stdout: 'Nothing is lost: Redis holds all 3 products.\n',
  });
  expect(await actions()).toEqual([]);
});

it('shows what is lost and why, and rebuilds that once it was confirmed', async () => {
  await lose('tee');
  await space.redis.hset(productKeys(space.prefix, 'mug').sale, 'epoch', 0);

  const plan = [
    { productId: 'cap', state: 'in-step', action: 'skip' },
    { productId: 'mug', state: 'other-epoch', action: 'rebuild' },
    { productId: 'tee', state: 'not-loaded', action: 'rebuild' },
  ];
  const sorted = ({ planned }: Restored) => planned.sort((a, b) => a.productId.localeCompare(b.productId));
  expect(sorted(await restore('--all', '--dry-run'))).toEqual(plan);
  expect(await available('tee')).toBeNull();

  const refused = await raw('--all');
  expect(refused.code).toBe(EXIT.refused);
  expect(refused.stderr).toContain('rebuild 2 products');
  expect(await available('tee')).toBeNull();

  const done = await restore('--all', '--yes', '--reason', 'redis failed over');
  expect(sorted(done)).toEqual(plan);
  expect(done.results.map((product) => product.outcome)).toEqual(['rebuilt', 'rebuilt']);
  expect(await available('tee')).toBe(10);
  expect(await available('mug')).toBe(5);
  expect(await actions()).toEqual([
    {
      actor: 'test',
      arguments: { productIds: [], all: true },
      reason: 'redis failed over',
      result: { rebuilt: 2 },
    },
  ]);
  await expect(runJson(['audit'], options())).resolves.toMatchObject({ ok: true });
});

it('names a restart of Redis since the load', async () => {
  await space.pool.query(`update stock set redis_run_id = 'another/one' where product_id = 'tee'`);
  const { planned } = await restore('--all', '--dry-run');
  expect(planned.filter((product) => product.action === 'rebuild')).toEqual([
    { productId: 'tee', state: 'other-server', action: 'rebuild' },
  ]);
  await restore('--all', '--yes');
  expect((await restore('--all', '--dry-run')).planned.every(({ state }) => state === 'in-step')).toBe(true);
});

it('rebuilds a named product also when nothing seems lost, and asks for one no more', async () => {
  const epoch = (await epochOf('tee')) ?? 0;
  await space.redis.set(productKeys(space.prefix, 'tee').stock, 99);
  const people = await raw('tee');
  expect(people.code).toBe(EXIT.ok);
  expect(people.stdout).toContain('1 rebuilt');
  expect(await available('tee')).toBe(10);
  expect(await epochOf('tee')).toBe(epoch + 1);
});

it('wants products or --all, and products that exist', async () => {
  expect(await raw()).toMatchObject({ code: EXIT.usage });
  expect(await raw('tee', '--all')).toMatchObject({ code: EXIT.usage });
  const unknown = await raw('tee', 'hat', '--yes');
  expect(unknown.code).toBe(EXIT.failed);
  expect(unknown.stderr).toContain('no stock was ever seeded for hat');
});

it('says that Redis is away and changes nothing', async () => {
  const env = { ...space.environment, REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
  const epoch = await epochOf('tee');
  expect(await runCommand(['restore', 'tee'], { env })).toMatchObject({ code: EXIT.unreachable });
  expect(await epochOf('tee')).toBe(epoch);
});

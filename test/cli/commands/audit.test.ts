import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import type { AuditReport } from '../../../src/core/catalog/audit-report.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { freePort } from '../../support/pipeline.js';
import { createSpace, type Space } from '../../support/space.js';
import { runCommand, runJson } from '../run-command.js';

type Repaired = AuditReport & { readonly planned: unknown[]; readonly results: unknown[] };

let space: Space;
beforeAll(async () => {
  space = await createSpace('cli-audit');
});
afterAll(() => space.close());

const options = () => ({ env: space.environment });
const audit = (...args: string[]) => runCommand(['audit', ...args], options());
const stock = (productId: string) => productKeys(space.prefix, productId).stock;

it('has nothing to complain about before anything is seeded', async () => {
  expect(await runJson<AuditReport>(['audit'], options())).toEqual({ ok: true, products: [] });
  expect(await audit()).toMatchObject({ code: EXIT.ok, stdout: 'no product has stock yet\n' });
});

it('shows every unit of every product, with the names that scripts rely on', async () => {
  await runJson(['seed-stock', '--product', 'tee', '--quantity', '100'], options());
  await runJson(['seed-prices', '--product', 'tee', '--price', '49.90 EUR'], options());
  await runJson(['seed-stock', '--product', 'mug', '--quantity', '5'], options());
  const buyer = {
    reservationId: randomUUID(),
    productId: 'tee',
    userId: 'bob',
    quantity: 3,
    bodyHash: 'b0d1',
  };
  await createReserve(space.redis, space.prefix)(buyer);

  const report = await runJson<AuditReport>(['audit', '--product', 'tee'], options());
  expect(report).toMatchObject({
    ok: true,
    products: [
      {
        productId: 'tee',
        seeded: 100,
        available: 100,
        held: 0,
        sold: 0,
        redisAvailable: 97,
        inFlight: 3,
        drift: 0,
      },
    ],
  });

  const people = await audit();
  expect(people.code).toBe(EXIT.ok);
  expect(people.stdout).toMatch(
    /^PRODUCT +SEEDED +AVAILABLE +HELD +SOLD +REDIS +IN FLIGHT +DRIFT +VERDICT$/m,
  );
  expect(people.stdout).toMatch(/^tee +100 +100 +0 +0 +97 +3 +0 +ok$/m);
  expect(people.stdout).toContain('every unit is accounted for');
});

it('exits 3 when Redis and Postgres disagree', async () => {
  await space.redis.incrby(stock('mug'), 2);
  const drifted = await runJson<AuditReport>(['audit'], options(), EXIT.problem);
  expect(drifted).toMatchObject({
    ok: false,
    products: [
      { productId: 'mug', drift: 2, problem: 'drift' },
      { productId: 'tee', drift: 0, problem: null },
    ],
  });
  const people = await audit();
  expect(people.stdout).toMatch(/^mug .* 2 +Redis and Postgres disagree$/m);
  expect(people.stderr).toContain('1 of 2 products need a look');
  await space.redis.decrby(stock('mug'), 2);
});

it('exits 5 with what Postgres knows when Redis is away', async () => {
  const env = { ...space.environment, REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
  const report = await runJson<AuditReport>(['audit'], { env }, EXIT.unreachable);
  expect(report).toMatchObject({
    ok: false,
    unavailable: ['redis'],
    products: [
      { productId: 'mug', seeded: 5, available: 5, redisAvailable: null, inFlight: null, drift: null },
      {},
    ],
  });
  const people = await runCommand(['audit'], { env });
  expect(people.stdout).toMatch(/^mug +5 +5 +0 +0 +\? +\? +\? +only Postgres$/m);
  expect(people.stderr).toContain('Redis is away: only Postgres was checked');
});

it('does not know a product that was never seeded', async () => {
  const run = await audit('--product', 'nope', '--json');
  expect(run.code).toBe(EXIT.failed);
  expect(JSON.parse(run.stderr)).toMatchObject({ error: { code: 'PRODUCT_NOT_FOUND' } });
});

describe('--repair', () => {
  const repair = (...args: string[]) => audit('--repair', ...args);
  const free = async (productId: string) => Number(await space.redis.get(stock(productId)));

  it('has nothing to mend while everything agrees', async () => {
    expect(await runJson<Repaired>(['audit', '--repair'], options())).toMatchObject({
      ok: true,
      planned: [],
      results: [],
    });
    expect((await repair()).stdout).toContain('every unit is accounted for');
  });

  it('shows what it would do and why, asks, mends, audits again, and is on record', async () => {
    await space.redis.incrby(stock('mug'), 2);
    const plan = [{ productId: 'mug', action: 'rebuild', count: 1, reason: 'the counter is 2 too high' }];
    const dry = await repair('--dry-run');
    expect(dry.code).toBe(EXIT.ok);
    expect(dry.stdout).toMatch(/^mug +rebuild +1 +the counter is 2 too high$/m);
    expect(dry.stderr).toContain('dry run: nothing was changed');
    expect(await runJson<Repaired>(['audit', '--repair', '--dry-run'], options())).toMatchObject({
      ok: false,
      planned: plan,
      results: [],
    });
    const refused = await repair();
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.stderr).toContain('rebuild 1 product in Redis, closed meanwhile');
    expect(await free('mug')).toBe(7);

    const done = await runJson<Repaired>(['audit', '--repair', '--yes', '--reason', 'edited'], options());
    expect(done).toMatchObject({
      ok: true,
      planned: plan,
      results: [{ productId: 'mug', action: 'rebuild', done: 1, left: 0, failed: null }],
    });
    expect(await free('mug')).toBe(5);
    const { rows } = await space.pool.query(
      `select command, reason, result from operator_actions where command like 'audit%'`,
    );
    expect(rows).toEqual([
      {
        command: 'audit --repair',
        reason: 'edited',
        result: [{ productId: 'mug', action: 'rebuild', done: 1, left: 0, failed: null }],
      },
    ]);
  });

  it('tells people what became of each, and exits 3 while something is left to a person', async () => {
    await space.redis.incrby(stock('mug'), 2);
    await space.pool.query(`update stock set claimed = claimed + 1 where product_id = 'tee'`);
    const run = await repair('--yes');
    expect(run.code).toBe(EXIT.problem);
    expect(run.stdout).toMatch(/^tee +none +1 +the stock row claims 1 units, .*a person must decide/m);
    expect(run.stdout).toContain('repaired mug: rebuild, 1 done');
    expect(run.stdout).toMatch(/^tee .* orders and stock row disagree/m);
    expect(await free('mug')).toBe(5);
    // Nothing of the product was touched, and nothing is asked when only a person can act.
    expect(await repair()).toMatchObject({ code: EXIT.problem });
    await space.pool.query(`update stock set claimed = claimed - 1 where product_id = 'tee'`);
  });

  it('stops at the first Ctrl-C after the product in hand, says where, and goes on when it is run again', async () => {
    for (const productId of ['mug', 'tee']) await space.redis.incrby(stock(productId), 2);
    const stopped = await runCommand(['audit', '--repair', '--yes', '--reason', 'first'], {
      ...options(),
      onStderr: (text) => void (text.includes('1 of 2 repairs done') && process.emit('SIGINT', 'SIGINT')),
    });
    expect(stopped.code).toBe(EXIT.interrupted);
    expect(stopped.stdout).toContain('repaired mug: rebuild, 1 done');
    expect(stopped.stdout).not.toContain('repaired tee');
    expect(stopped.stderr).toContain('stopped after 1 of 2 repairs; run the same command again to go on');
    const { rows } = await space.pool.query(`select result from operator_actions where reason = 'first'`);
    expect(rows).toEqual([
      { result: [{ productId: 'mug', action: 'rebuild', done: 1, left: 0, failed: null }] },
    ]);
    const rest = await runJson<Repaired>(['audit', '--repair', '--yes'], options());
    expect(rest).toMatchObject({ ok: true, results: [{ productId: 'tee', action: 'rebuild', done: 1 }] });
  });

  it('is refused in a read-only context, and not possible while Redis is away', async () => {
    const readOnly = { ...space.environment, ORDERSCTL_READ_ONLY: 'true' };
    expect(await runCommand(['audit', '--repair', '--yes'], { env: readOnly })).toMatchObject({
      code: EXIT.refused,
    });
    expect(await runCommand(['audit', '--repair', '--dry-run'], { env: readOnly })).toMatchObject({
      code: EXIT.ok,
    });
    const env = { ...space.environment, REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
    const away = await runCommand(['audit', '--repair', '--yes'], { env });
    expect(away.code).toBe(EXIT.unreachable);
    expect(away.stderr).toContain('nothing can be repaired while Redis is away');
  });

  it('wants its flags only with it', async () => {
    const run = await audit('--yes');
    expect(run.code).toBe(EXIT.usage);
    expect(run.stderr).toContain('--yes goes with --repair');
  });
});

it('lists what it found, no more than asked for, and counts all', async () => {
  await runJson(['seed-prices', '--product', 'mug', '--price', '9.90 EUR'], options());
  const reserve = createReserve(space.redis, space.prefix);
  for (let n = 0; n < 3; n += 1) {
    await reserve({
      reservationId: randomUUID(),
      productId: 'mug',
      userId: `u${n}`,
      quantity: 1,
      bodyHash: 'b',
    });
  }
  const env = { ...space.environment, ORDERSCTL_HOLD_SWEEP_AGE: '1ms' };
  const run = await runCommand(['audit', '--product', 'mug', '--limit', '2'], { env });
  expect(run.code).toBe(EXIT.problem);
  expect(run.stdout).toMatch(/^mug .* leaked holds$/m);
  expect(run.stdout).toContain('mug: 3 leaked holds');
  expect(run.stdout.match(/no order came/g)).toHaveLength(2);
  expect(run.stdout).toContain('… and 1 more');
  const report = await runJson<AuditReport>(
    ['audit', '--product', 'mug', '--limit', '2'],
    { env },
    EXIT.problem,
  );
  expect(report.products[0]?.leakedHolds).toMatchObject({ count: 3, units: 3 });
  expect(report.products[0]?.leakedHolds?.first).toHaveLength(2);
});

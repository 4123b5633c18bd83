import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import type { AuditReport } from '../../../src/core/catalog/audit-report.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { freePort } from '../../support/pipeline.js';
import { createSpace, type Space } from '../../support/space.js';
import { runCommand, runJson } from '../run-command.js';

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

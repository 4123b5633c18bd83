import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Log } from '../../../src/core/log.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { checkConservation } from '../../../src/core/sweeps/check-conservation.js';
import { createSweepStand, type SweepStand } from './sweep-stand.js';

let stand: SweepStand;
beforeAll(async () => {
  stand = await createSweepStand('conservation');
  for (const productId of ['tee', 'mug', 'cap']) await stand.shop.open(productId, 10);
  await stand.shop.confirm(await stand.shop.place('tee'));
  await stand.waiting('tee', { quantity: 2 });
  await stand.finishEndings();
});
afterAll(() => stand.shop.space.close());

/** What was logged as an error. */
const alarms: unknown[] = [];
const check = (signal?: AbortSignal) => {
  alarms.length = 0;
  const { pool, redis, prefix, log } = stand.shop.space;
  const listening = Object.assign(Object.create(log) as Log, {
    error: (facts: unknown) => void alarms.push(facts),
  });
  const deps = { pool, redis, prefix, log: listening };
  return checkConservation(deps, { limit: 2, betweenMs: 100, signal });
};
const stockKey = (productId: string) => productKeys(stand.shop.space.prefix, productId).stock;

it('finds nothing in the middle of a sale, nor in a product that Redis does not hold', async () => {
  expect(await check()).toEqual([]);
  // In flight: held in Redis, and not in Postgres yet.
  const hold = await stand.shop.hold('mug', { quantity: 3 });
  expect(await check()).toEqual([]);
  await stand.shop.accept(hold);
  const { redis } = stand.shop.space;
  const kept = (await redis.getdel(stockKey('cap'))) ?? '';
  expect(await check()).toEqual([]);
  await redis.set(stockKey('cap'), kept);
});

it('tells of units that Redis has lost or has too many, with their number', async () => {
  const { redis } = stand.shop.space;
  await redis.decrby(stockKey('tee'), 2);
  await redis.incrby(stockKey('cap'), 3);
  const drifting = [
    { productId: 'cap', problem: 'drift', units: 3 },
    { productId: 'tee', problem: 'drift', units: -2 },
  ];
  expect(await check()).toEqual(drifting);
  expect(alarms).toEqual(drifting);
  await redis.incrby(stockKey('tee'), 2);
  await redis.decrby(stockKey('cap'), 3);
  expect(await check()).toEqual([]);
});

it('tells of an order that Postgres claims nothing for', async () => {
  const { pool } = stand.shop.space;
  await pool.query(`update stock set claimed = claimed - 1 where product_id = 'tee'`);
  expect(await check()).toMatchObject([{ productId: 'tee', problem: 'unbalanced', units: 1 }]);
  await pool.query(`update stock set claimed = claimed + 1 where product_id = 'tee'`);
});

it('does not tell of a drift that has passed when it looks again', async () => {
  const { pool, redis, prefix, log } = stand.shop.space;
  await redis.decrby(stockKey('tee'), 1);
  const told: string[] = [];
  const listening = Object.assign(Object.create(log) as Log, {
    // Between the two looks what was on its way arrives.
    debug: () => void redis.incrby(stockKey('tee'), 1).then(() => told.push('arrived')),
    error: () => void told.push('alarm'),
  });
  const deps = { pool, redis, prefix, log: listening };
  expect(await checkConservation(deps, { limit: 100, betweenMs: 300 })).toEqual([]);
  expect(told).toEqual(['arrived']);
});

it('is broken off without a verdict when its worker ends', async () => {
  expect(await check(AbortSignal.abort())).toBeUndefined();
});

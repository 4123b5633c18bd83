import { afterAll, beforeAll, expect, it } from 'vitest';
import { sweepEndings } from '../../../src/core/sweeps/sweep-endings.js';
import { createTake } from '../../../src/core/redis/take.js';
import { createShop, type PlacedOrder, type Shop } from '../catalog/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('sweep-endings');
});
afterAll(() => shop.space.close());

const sweep = (limit = 100) => sweepEndings({ ...shop.deps, log: shop.space.log }, { olderThanMs: 0, limit });
const isDone = async ({ orderId }: PlacedOrder) => {
  const found = await shop.space.pool.query<{ hold_done: boolean }>(
    'select hold_done from orders where order_id = $1',
    [orderId],
  );
  return found.rows[0]?.hold_done;
};

it('finishes every ending whose process died after the commit, once', async () => {
  await shop.open('tee', 50);
  const [sold, expired, failed] = [await shop.place('tee'), await shop.place('tee'), await shop.place('tee')];
  await shop.confirm(sold);
  await shop.end(expired, 'EXPIRED');
  await shop.end(failed, 'FAILED');

  expect(await sweep()).toEqual({ finished: 3, waiting: 0 });
  expect(await sweep()).toEqual({ finished: 0, waiting: 0 });

  expect(await Promise.all([sold, expired, failed].map(isDone))).toEqual([true, true, true]);
  expect(await shop.audit('tee')).toMatchObject({
    sold: 1,
    available: 49,
    redisAvailable: 49,
    drift: 0,
    problem: null,
  });
});

it('keeps an ending undone while its product is not loaded, and finishes it after the load', async () => {
  await shop.open('mug', 10);
  const order = await shop.place('mug');
  await shop.end(order);
  await shop.loseRedis();
  expect(await sweep()).toEqual({ finished: 0, waiting: 1 });
  expect(await isDone(order)).toBe(false);
  await shop.seed('mug', 10);
  expect(await sweep()).toEqual({ finished: 1, waiting: 0 });
});

it('finishes the younger endings of a product in spite of many older ones that must wait', async () => {
  await shop.open('gone', 10);
  await shop.open('here', 10);
  for (let n = 0; n < 5; n += 1) await shop.end(await shop.place('gone'));
  const young = await shop.place('here');
  await shop.end(young);
  await shop.loseRedis();
  await shop.seed('here', 10);

  expect(await sweep(2)).toEqual({ finished: 1, waiting: 2 });
  expect(await isDone(young)).toBe(true);
  await shop.seed('gone', 10);
  expect(await sweep()).toEqual({ finished: 5, waiting: 0 });
});

it('marks nothing done for a generation that a late claim has replaced meanwhile', async () => {
  await shop.open('cap', 10);
  const order = await shop.place('cap');
  await shop.end(order, 'EXPIRED');
  await sweep();
  // As the late claim does: the units are claimed again under a higher generation.
  await shop.space.pool.query(
    `update orders set status = 'PAYMENT_CONFIRMED', paid = true, generation = 1, hold_done = false where order_id = $1`,
    [order.orderId],
  );
  await shop.space.pool.query(`update stock set claimed = claimed + 1 where product_id = 'cap'`);
  await createTake(shop.space.redis, shop.space.prefix)({ ...order.hold, generation: 1 });
  await shop.space.pool.query(`update orders set status = 'CONFIRMED' where order_id = $1`, [order.orderId]);

  expect(await sweep()).toEqual({ finished: 1, waiting: 0 });
  expect(await shop.totals('cap')).toMatchObject({ available: 9, holds: 0 });
  expect(await shop.audit('cap')).toMatchObject({ sold: 1, drift: 0, problem: null });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedis } from '../../../src/core/redis/create-redis.js';
import type { SweepDeps } from '../../../src/core/sweeps/sweep-deps.js';
import { sweepOverdueOrders } from '../../../src/core/sweeps/sweep-overdue-orders.js';
import { dyingAt } from '../../support/dying-pool.js';
import { freePort } from '../../support/pipeline.js';
import { waitFor } from '../../support/wait-for.js';
import type { PlacedOrder } from '../catalog/shop.js';
import { createSweepStand, expectOnce, type SweepStand } from './sweep-stand.js';

let stand: SweepStand;
beforeAll(async () => {
  stand = await createSweepStand('sweep-overdue');
});
afterAll(() => stand.shop.space.close());

const sweep = (deps: SweepDeps = stand.deps, graceMs = 0, limit = 100) =>
  sweepOverdueOrders(deps, { graceMs, limit });
const overdue = async (productId: string, options: { quantity?: number } = {}) => {
  const order = await stand.waiting(productId, { ...options, deadlineMs: 1 });
  await stand.shop.space.pool.query(
    `update orders set pay_by = now() - interval '1 minute' where order_id = $1`,
    [order.orderId],
  );
  return order;
};

it('ends an order whose time is over and gives its units back, once, and leaves every other alone', async () => {
  await stand.shop.open('tee', 20);
  const late = await overdue('tee', { quantity: 3 });
  const waits = await stand.waiting('tee');
  const pending = await stand.shop.place('tee');
  expect(await sweep(stand.deps, 120_000)).toEqual({ confirmed: 0, expired: 0 });
  expect(await sweep()).toEqual({ confirmed: 0, expired: 1 });
  expect(await sweep()).toEqual({ confirmed: 0, expired: 0 });
  expect(await stand.status(late)).toBe('EXPIRED');
  expect(await stand.status(waits)).toBe('PAYMENT_PENDING');
  // However old it is: nobody has asked its buyer to pay.
  expect(await stand.status(pending)).toBe('PENDING');
  expect(await stand.shop.audit('tee')).toMatchObject({ held: 2, redisAvailable: 18, drift: 0 });
  expect(stand.counts).toEqual({ expired: 1, released: 1 });
  await stand.shop.end(waits);
  await stand.shop.end(pending);
  await stand.expectAtRest('tee', { sold: 0, available: 20 });
});

it('confirms a paid order whose wake-up was lost, before its deadline and after', async () => {
  await stand.shop.open('paid', 5);
  const early = await stand.waiting('paid');
  const late = await overdue('paid');
  for (const order of [early, late]) expect(await stand.pay(order)).toBe('captured');
  expect(await sweep(stand.deps, 60_000)).toEqual({ confirmed: 0, expired: 0 });
  expect(await sweep()).toEqual({ confirmed: 2, expired: 0 });
  for (const order of [early, late]) await expectOnce(stand, order, 'CONFIRMED');
  await stand.expectAtRest('paid', { sold: 2, available: 3 });
});

it('goes through as many pages as there are', async () => {
  await stand.shop.open('many', 50);
  const orders: PlacedOrder[] = [];
  for (let n = 0; n < 25; n += 1)
    orders.push(n % 5 === 0 ? await overdue('many') : await stand.waiting('many'));
  expect(await sweep(stand.deps, 0, 3)).toEqual({ confirmed: 0, expired: 5 });
  for (const order of orders) await stand.shop.end(order);
  await stand.expectAtRest('many', { sold: 0, available: 50 });
});

it.each([
  ['after', 'from end_orders('],
  ['before', 'set hold_done = true'],
  ['after', 'set hold_done = true'],
] as const)('finishes by the next sweep what a process left that died %s "%s"', async (moment, fragment) => {
  const productId = `dies-${moment}-${fragment.replaceAll(/\W+/g, '-')}`;
  await stand.shop.open(productId, 5);
  const order = await overdue(productId, { quantity: 2 });
  const dying = dyingAt(stand.shop.space.pool, moment, fragment);
  await expect(sweep({ ...stand.deps, pool: dying.pool })).rejects.toThrow('died');
  expect(dying.died).toBe(true);
  await sweep();
  await expectOnce(stand, order, 'EXPIRED');
  await stand.expectAtRest(productId, { sold: 0, available: 5 });
});

it('decides while Redis is away, and leaves the holds to the sweep of endings', async () => {
  await stand.shop.open('alone', 5);
  const order = await overdue('alone');
  const { log } = stand.shop.space;
  const url = `redis://127.0.0.1:${await freePort()}`;
  const redis = createRedis({ url, purpose: 'operator', applicationName: 'away' }, log);
  expect(await sweep({ ...stand.deps, redis })).toEqual({ confirmed: 0, expired: 1 });
  redis.disconnect();
  expect(await stand.status(order)).toBe('EXPIRED');
  expect((await stand.shop.totals('alone')).holds).toBe(1);
  await stand.expectAtRest('alone', { sold: 0, available: 5 });
});

it('lets either the payment or the deadline win when both come at once, never both and never neither', async () => {
  await stand.shop.open('race', 60);
  const orders: PlacedOrder[] = [];
  for (let n = 0; n < 40; n += 1) orders.push(await stand.waiting('race', { deadlineMs: 1_000 + n * 10 }));
  let running = true;
  const sweeping = (async () => {
    while (running) await sweep();
  })();
  const outcomes = new Map<string, string | undefined>();
  await Promise.all(
    orders.map(async (order) => {
      const { pool } = stand.shop.space;
      const isNear = async () => {
        const { rows } = await pool.query<{ near: boolean }>(
          `select pay_by - now() < interval '30 milliseconds' as near from orders where order_id = $1`,
          [order.orderId],
        );
        return rows[0]?.near;
      };
      await waitFor(isNear, { intervalMs: 10, timeoutMs: 30_000, what: 'the deadline' });
      outcomes.set(order.orderId, await stand.pay(order));
    }),
  );
  const isOver = async () =>
    (await Promise.all(orders.map((order) => stand.status(order)))).every(
      (status) => status === 'CONFIRMED' || status === 'EXPIRED',
    );
  await waitFor(isOver, { timeoutMs: 30_000, what: 'every order to end' });
  running = false;
  await sweeping;
  let sold = 0;
  for (const order of orders) {
    const won = outcomes.get(order.orderId) === 'captured';
    expect(await stand.status(order)).toBe(won ? 'CONFIRMED' : 'EXPIRED');
    if (won) sold += 1;
  }
  await stand.expectAtRest('race', { sold, available: 60 - sold });
}, 60_000);

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFinishHold } from '../../../src/core/orders/finish-hold.js';
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createRelease } from '../../../src/core/redis/release.js';
import type { SweepDeps } from '../../../src/core/sweeps/sweep-deps.js';
import { sweepLatePayments } from '../../../src/core/sweeps/sweep-late-payments.js';
import { dyingAt } from '../../support/dying-pool.js';
import type { PlacedOrder } from '../catalog/shop.js';
import { typesOf } from '../postgres/fixture.js';
import { createSweepStand, expectOnce, type SweepStand } from './sweep-stand.js';

let stand: SweepStand;
beforeAll(async () => {
  stand = await createSweepStand('sweep-late');
});
afterAll(() => stand.shop.space.close());

const sweep = (deps: SweepDeps = stand.deps) => sweepLatePayments(deps, { olderThanMs: 0, limit: 100 });
const paymentsOf = async ({ orderId }: PlacedOrder) =>
  (await findPayments(stand.shop.space.pool, orderId)).map((payment) => payment.status);
const refundDue = async ({ orderId }: PlacedOrder) => {
  const { rows } = await stand.shop.space.pool.query<{ refund_due: boolean }>(
    'select refund_due from orders where order_id = $1',
    [orderId],
  );
  return rows[0]?.refund_due;
};
const lateFor = async (productId: string, quantity = 1) => {
  const order = await stand.expired(productId, { quantity });
  expect(await stand.pay(order)).toBe('late');
  return order;
};

it('sells an expired order after all when its payment comes late and units are free, once', async () => {
  await stand.shop.open('tee', 10);
  const order = await lateFor('tee', 2);
  expect(await sweep()).toEqual({ confirmed: 1, refundDue: 0 });
  expect(await sweep()).toEqual({ confirmed: 0, refundDue: 0 });
  expect(await stand.status(order)).toBe('CONFIRMED');
  expect(await paymentsOf(order)).toEqual(['CAPTURED']);
  expect((await typesOf(stand.shop.space.pool, order.orderId)).slice(-4)).toEqual([
    'EXPIRED',
    'PAYMENT_LATE',
    'PAYMENT_CONFIRMED',
    'CONFIRMED',
  ]);
  await stand.expectAtRest('tee', { sold: 2, available: 8 });
  expect(stand.counts).toMatchObject({ confirmed: 1 });
  expect(stand.announced.map((record) => record.type)).toEqual(['PAYMENT_CONFIRMED', 'CONFIRMED']);
});

it('takes the hold again although the sale is closed by now', async () => {
  await stand.shop.open('closed', 5);
  const order = await lateFor('closed');
  const { redis, prefix } = stand.shop.space;
  await redis.hset(productKeys(prefix, 'closed').sale, 'state', 'CLOSED');
  expect(await sweep()).toEqual({ confirmed: 1, refundDue: 0 });
  expect(await stand.status(order)).toBe('CONFIRMED');
  await stand.expectAtRest('closed', { sold: 1, available: 4 });
});

it('leaves the money to be given back when others have bought the units meanwhile', async () => {
  await stand.shop.open('last', 1);
  const order = await lateFor('last');
  const faster = await stand.waiting('last');
  expect(await sweep()).toEqual({ confirmed: 0, refundDue: 1 });
  expect(await sweep()).toEqual({ confirmed: 0, refundDue: 0 });
  expect(await stand.status(order)).toBe('EXPIRED');
  expect(await refundDue(order)).toBe(true);
  expect(await paymentsOf(order)).toEqual(['LATE']);
  await stand.shop.confirm(faster);
  await stand.expectAtRest('last', { sold: 1, available: 0 });
});

it('claims for one of two late payments, and leaves the other to be given back', async () => {
  await stand.shop.open('twice', 5);
  const order = await lateFor('twice');
  expect(await stand.pay(order, { attempt: 2 })).toBe('late');
  expect(await sweep()).toEqual({ confirmed: 1, refundDue: 0 });
  expect(await paymentsOf(order)).toEqual(['CAPTURED', 'LATE']);
  expect(await refundDue(order)).toBe(true);
  await stand.expectAtRest('twice', { sold: 1, available: 4 });
});

it('claims exactly what is free when three workers sweep at once', async () => {
  await stand.shop.open('rush', 20);
  const orders: PlacedOrder[] = [];
  for (let n = 0; n < 14; n += 1) orders.push(await stand.waiting('rush'));
  for (const order of orders) await stand.shop.end(order, 'EXPIRED');
  await stand.finishEndings();
  for (const order of orders) await stand.pay(order);
  const others = await stand.waiting('rush', { quantity: 12 });
  const swept = await Promise.all([sweep(), sweep(), sweep()]);
  expect(swept.reduce((sum, { confirmed }) => sum + confirmed, 0)).toBe(8);
  await stand.shop.confirm(others);
  await stand.expectAtRest('rush', { sold: 20, available: 0 });
  for (const order of orders) {
    if ((await stand.status(order)) === 'CONFIRMED') await expectOnce(stand, order, 'CONFIRMED');
    else expect(await refundDue(order)).toBe(true);
  }
});

describe('a process that dies', () => {
  it.each([
    ['before', 'from claim_late_payments('],
    ['after', 'from claim_late_payments('],
    ['before', 'from confirm_orders('],
    ['after', 'from confirm_orders('],
    ['before', 'set hold_done = true'],
    ['after', 'set hold_done = true'],
  ] as const)('%s "%s" leaves an order that the next run sells once', async (moment, fragment) => {
    const productId = `dies-${moment}-${fragment.replaceAll(/\W+/g, '-')}`.slice(0, 60);
    await stand.shop.open(productId, 5);
    const order = await lateFor(productId, 2);
    const dying = dyingAt(stand.shop.space.pool, moment, fragment);
    await expect(sweep({ ...stand.deps, pool: dying.pool })).rejects.toThrow('died');
    expect(dying.died).toBe(true);
    await sweep();
    expect(await stand.status(order)).toBe('CONFIRMED');
    await expectOnce(stand, order, 'PAYMENT_CONFIRMED');
    await expectOnce(stand, order, 'CONFIRMED');
    await stand.expectAtRest(productId, { sold: 2, available: 3 });
  });

  it('between claim and take leaves units that are taken by whoever confirms the order instead', async () => {
    await stand.shop.open('overtaken', 5);
    const order = await lateFor('overtaken');
    const { pool } = stand.shop.space;
    await claimLatePayments(pool, [order.orderId]);
    // A saga that was started again: it finds the order paid.
    const confirmed = (await confirmOrders(pool, [order.orderId])).get(order.orderId);
    if (!confirmed) throw new Error('no order');
    await createFinishHold(stand.deps)({ ...confirmed.hold, orderId: order.orderId, how: 'settle' });
    expect(await sweep()).toEqual({ confirmed: 0, refundDue: 0 });
    await stand.expectAtRest('overtaken', { sold: 1, available: 4 });
  });
});

describe('Redis', () => {
  it('that has not released the hold yet does so after the claim without effect', async () => {
    await stand.shop.open('delayed', 5);
    const order = await stand.waiting('delayed');
    await stand.shop.end(order, 'EXPIRED');
    await stand.pay(order);
    expect(await sweep()).toEqual({ confirmed: 1, refundDue: 0 });
    const { redis, prefix } = stand.shop.space;
    const { reservationId } = order.hold;
    const late = { productId: 'delayed', reservationId, generation: 0 };
    expect(await createRelease(redis, prefix)(late)).toBe('already');
    await stand.expectAtRest('delayed', { sold: 1, available: 4 });
  });

  it.each(['before the load', 'after the load'])(
    'that lost the product keeps nobody from being confirmed, and the hold is settled %s',
    async (moment) => {
      const productId = `lost-${moment.split(' ')[0]}`;
      await stand.shop.open(productId, 5);
      const order = await lateFor(productId);
      await stand.shop.loseRedis();
      expect(await sweep()).toEqual({ confirmed: 1, refundDue: 0 });
      expect(await stand.status(order)).toBe('CONFIRMED');
      if (moment === 'before the load') await stand.finishEndings();
      // As if nobody had looked for two days: what is loaded must know of the open half all the same.
      await stand.shop.space.pool.query(
        `update orders set updated_at = now() - interval '2 days' where order_id = $1`,
        [order.orderId],
      );
      await stand.shop.seed(productId, 5);
      await stand.expectAtRest(productId, { sold: 1, available: 4 });
    },
  );
});

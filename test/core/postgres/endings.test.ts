import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findUnfinishedEndings } from '../../../src/core/postgres/find-unfinished-endings.js';
import { markHoldsDone } from '../../../src/core/postgres/mark-holds-done.js';
import { createSpace, type Space } from '../../support/space.js';
import {
  acceptAndBegin,
  acceptOne,
  cancelled,
  capture,
  claimedOf,
  expectConserved,
  expired,
  makeProduct,
  typesOf,
} from './fixture.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('endings');
});
afterAll(async () => {
  await space.close();
});

describe('an ending', () => {
  it.each(['PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING'] as const)(
    'releases an order from %s with its claim and an event',
    async (status) => {
      const productId = await makeProduct(space.pool, 5);
      const order = await acceptOne(space.pool, productId, { quantity: 2 });
      await space.pool.query('update orders set status = $2 where order_id = $1', [order.orderId, status]);
      const ended = (await endOrders(space.pool, [cancelled(order.orderId)])).get(order.orderId);
      expect(ended).toMatchObject({
        status: 'CANCELLED',
        changed: true,
        paid: false,
        refundDue: false,
        productId,
        reservationId: order.reservationId,
        userId: order.userId,
        quantity: 2,
        generation: 0,
        holdDone: false,
        events: [
          {
            type: 'CANCELLED',
            topics: ['orders.failed', 'order.progress'],
            order: { status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' },
          },
        ],
      });
      expect((await findOrder(space.pool, order.orderId))?.failureCode).toBe('CANCELLED_BY_CUSTOMER');
      expect(await claimedOf(space.pool, productId)).toBe(0);
    },
  );

  it('decided twice gives the claim back once and keeps the first reason', async () => {
    const productId = await makeProduct(space.pool, 5);
    const other = await acceptOne(space.pool, productId);
    const order = await acceptOne(space.pool, productId, { quantity: 2 });
    const answers = await Promise.all([
      endOrders(space.pool, [cancelled(order.orderId)]),
      endOrders(space.pool, [expired(order.orderId), expired(order.orderId)]),
      endOrders(space.pool, [cancelled(order.orderId)]),
    ]);
    expect(answers.filter((answer) => answer.get(order.orderId)?.changed)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.get(order.orderId)?.status)).size).toBe(1);
    expect(await claimedOf(space.pool, productId)).toBe(1);
    expect(await typesOf(space.pool, other.orderId)).toEqual(['PENDING']);
    await expectConserved(space.pool, [productId]);
  });

  it('never releases a paid order', async () => {
    const productId = await makeProduct(space.pool, 5);
    const order = await acceptAndBegin(space.pool, productId);
    await capture(space.pool, order);
    for (const ending of [expired(order.orderId), cancelled(order.orderId)]) {
      const ended = (await endOrders(space.pool, [ending])).get(order.orderId);
      expect(ended).toMatchObject({
        status: 'PAYMENT_PENDING',
        changed: false,
        paid: true,
        refundDue: false,
      });
    }
    expect(await claimedOf(space.pool, productId)).toBe(1);
  });

  it('of a paid order on purpose gives the claim back and makes its money due', async () => {
    const productId = await makeProduct(space.pool, 5);
    const order = await acceptAndBegin(space.pool, productId);
    await capture(space.pool, order);
    const ended = await endOrders(space.pool, [
      { orderId: order.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR', evenIfPaid: true },
    ]);
    expect(ended.get(order.orderId)).toMatchObject({
      status: 'CANCELLED',
      changed: true,
      paid: true,
      refundDue: true,
    });
    expect(await claimedOf(space.pool, productId)).toBe(0);
  });

  it('leaves confirmed orders and unknown ids alone', async () => {
    const productId = await makeProduct(space.pool, 1);
    const order = await acceptAndBegin(space.pool, productId);
    await capture(space.pool, order);
    await confirmOrders(space.pool, [order.orderId]);
    const ended = await endOrders(space.pool, [
      { orderId: order.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR', evenIfPaid: true },
      expired(randomUUID()),
    ]);
    expect([...ended.keys()]).toEqual([order.orderId]);
    expect(ended.get(order.orderId)).toMatchObject({ status: 'CONFIRMED', changed: false });
    await expectConserved(space.pool, [productId]);
  });

  it('stays unfinished until its hold is marked done', async () => {
    const productId = await makeProduct(space.pool, 5);
    const order = await acceptOne(space.pool, productId);
    await endOrders(space.pool, [cancelled(order.orderId)]);
    const unfinished = async () =>
      (await findUnfinishedEndings(space.pool, { olderThanMs: 0, limit: 1_000 })).filter(
        (ending) => ending.orderId === order.orderId,
      );
    expect(await unfinished()).toEqual([
      {
        orderId: order.orderId,
        status: 'CANCELLED',
        productId,
        reservationId: order.reservationId,
        generation: 0,
        userId: order.userId,
        quantity: 1,
      },
    ]);
    expect(await findUnfinishedEndings(space.pool, { olderThanMs: 60_000, limit: 10 })).toEqual([]);
    // Another generation's hold says nothing about this one.
    await markHoldsDone(space.pool, [{ orderId: order.orderId, generation: 1 }]);
    expect(await unfinished()).toHaveLength(1);
    await markHoldsDone(space.pool, [{ orderId: order.orderId, generation: 0 }]);
    expect(await unfinished()).toEqual([]);
  });

  it('is the only thing that can be marked done: a live order has a hold to keep', async () => {
    const order = await acceptOne(space.pool, await makeProduct(space.pool, 5));
    await markHoldsDone(space.pool, [{ orderId: order.orderId, generation: 0 }]);
    const { rows } = await space.pool.query<{ hold_done: boolean }>(
      'select hold_done from orders where order_id = $1',
      [order.orderId],
    );
    expect(rows[0]?.hold_done).toBe(false);
  });
});

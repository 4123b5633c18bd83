import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALLOWED_BEFORE, ORDER_STATUSES, type OrderStatus } from '../../../src/core/order.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findUnfinishedEndings } from '../../../src/core/postgres/find-unfinished-endings.js';
import { markHoldsDone } from '../../../src/core/postgres/mark-holds-done.js';
import { trackOrders } from '../../../src/core/postgres/track-orders.js';
import { createSpace, type Space } from '../../support/space.js';
import {
  acceptAndBegin,
  acceptMany,
  acceptOne,
  capture,
  claimedOf,
  expectConserved,
  makeProduct,
  makeRow,
  TO_PAY_MS,
  typesOf,
} from './fixture.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('transitions');
});
afterAll(async () => {
  await space.close();
});

const expired = (orderId: string) =>
  ({ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' }) as const;
const cancelled = (orderId: string) =>
  ({ orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' }) as const;

it('the transition table in SQL equals the one in code', async () => {
  for (const status of ORDER_STATUSES) {
    const { rows } = await space.pool.query<{ allowed: OrderStatus[] }>(
      'select allowed_before($1) as allowed',
      [status],
    );
    expect(rows[0]?.allowed, status).toEqual([...ALLOWED_BEFORE[status]]);
  }
});

describe('begin', () => {
  it('takes PENDING over INVENTORY_RESERVED to PAYMENT_PENDING and starts the time to pay', async () => {
    const order = await acceptOne(space.pool, await makeProduct(space.pool, 1));
    const begun = (await beginOrders(space.pool, [{ orderId: order.orderId, deadlineMs: TO_PAY_MS }])).get(
      order.orderId,
    );
    expect(begun).toMatchObject({
      status: 'PAYMENT_PENDING',
      changed: true,
      paid: false,
      order: { version: 3 },
    });
    expect(begun?.remainingMs).toBeGreaterThan(TO_PAY_MS - 5_000);
    expect(begun?.remainingMs).toBeLessThanOrEqual(TO_PAY_MS);
    expect(begun?.events).toMatchObject([
      {
        version: 3,
        type: 'PAYMENT_PENDING',
        topics: ['order.progress'],
        order: { status: 'PAYMENT_PENDING' },
      },
    ]);
    expect(await typesOf(space.pool, order.orderId)).toEqual([
      'PENDING',
      'INVENTORY_RESERVED',
      'PAYMENT_PENDING',
    ]);
  });

  it('again changes nothing and answers the time that is left', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    await space.pool.query(`update orders set pay_by = now() + interval '1 minute' where order_id = $1`, [
      order.orderId,
    ]);
    const again = (await beginOrders(space.pool, [{ orderId: order.orderId, deadlineMs: TO_PAY_MS }])).get(
      order.orderId,
    );
    expect(again).toMatchObject({ status: 'PAYMENT_PENDING', changed: false, events: [] });
    expect(again?.remainingMs).toBeLessThanOrEqual(60_000);
    expect(again?.remainingMs).toBeGreaterThan(50_000);
    await space.pool.query(`update orders set pay_by = now() - interval '1 minute' where order_id = $1`, [
      order.orderId,
    ]);
    const late = (await beginOrders(space.pool, [{ orderId: order.orderId, deadlineMs: TO_PAY_MS }])).get(
      order.orderId,
    );
    expect(late?.remainingMs).toBe(0);
  });

  it('resumes an order that stopped half way', async () => {
    const order = await acceptOne(space.pool, await makeProduct(space.pool, 1));
    await space.pool.query(`update orders set status = 'INVENTORY_RESERVED' where order_id = $1`, [
      order.orderId,
    ]);
    const begun = (await beginOrders(space.pool, [{ orderId: order.orderId, deadlineMs: TO_PAY_MS }])).get(
      order.orderId,
    );
    expect(begun).toMatchObject({ status: 'PAYMENT_PENDING', changed: true, order: { version: 2 } });
    expect(await typesOf(space.pool, order.orderId)).toEqual(['PENDING', 'PAYMENT_PENDING']);
  });

  it('leaves ended orders alone and knows nothing of rows that are no orders', async () => {
    const productId = await makeProduct(space.pool, 1);
    const order = await acceptOne(space.pool, productId);
    const refused = makeRow(productId);
    await acceptOrders(space.pool, [refused]);
    await endOrders(space.pool, [cancelled(order.orderId)]);
    const { rows } = await space.pool.query<{ order_id: string }>(
      'select order_id from orders where reservation_id = $1',
      [refused.reservationId],
    );
    const ids = [order.orderId, rows[0]?.order_id ?? '', randomUUID()];
    const begun = await beginOrders(
      space.pool,
      ids.map((orderId) => ({ orderId, deadlineMs: TO_PAY_MS })),
    );
    expect([...begun.keys()]).toEqual([order.orderId]);
    expect(begun.get(order.orderId)).toMatchObject({
      status: 'CANCELLED',
      changed: false,
      remainingMs: null,
    });
  });

  it('takes a batch of hundreds, each once', async () => {
    const orders = await acceptMany(space.pool, await makeProduct(space.pool, 300), 300);
    const begun = await beginOrders(
      space.pool,
      orders.map(({ orderId }) => ({ orderId, deadlineMs: TO_PAY_MS })),
    );
    expect(begun.size).toBe(300);
    expect([...begun.values()].every((order) => order.changed && order.status === 'PAYMENT_PENDING')).toBe(
      true,
    );
  });
});

describe('track', () => {
  it('appends one tracking event to a PENDING order, once', async () => {
    const order = await acceptOne(space.pool, await makeProduct(space.pool, 1));
    const [event, ...more] = await trackOrders(space.pool, [order.orderId]);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      orderId: order.orderId,
      version: 2,
      type: 'TRACKED',
      topics: ['orders.created', 'order.progress'],
      order: {
        status: 'PENDING',
        reservationId: order.reservationId,
        amount: order.amount,
        failureCode: null,
      },
    });
    expect(event?.occurredAt).toBeInstanceOf(Date);
    expect(await trackOrders(space.pool, [order.orderId])).toEqual([]);
    expect(await typesOf(space.pool, order.orderId)).toEqual(['PENDING', 'TRACKED']);
  });

  it('passes over orders that moved on', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    expect(await trackOrders(space.pool, [order.orderId])).toEqual([]);
  });
});

describe('confirm', () => {
  it('makes a paid order sold, with both steps in its timeline', async () => {
    const productId = await makeProduct(space.pool, 1);
    const order = await acceptAndBegin(space.pool, productId);
    await capture(space.pool, order);
    const confirmed = (await confirmOrders(space.pool, [order.orderId])).get(order.orderId);
    expect(confirmed).toMatchObject({
      status: 'CONFIRMED',
      changed: true,
      paid: true,
      holdDone: false,
      hold: { productId, reservationId: order.reservationId, generation: 0 },
      events: [{ type: 'CONFIRMED', topics: ['orders.confirmed', 'order.progress'] }],
    });
    expect((await typesOf(space.pool, order.orderId)).slice(-2)).toEqual(['PAYMENT_CONFIRMED', 'CONFIRMED']);
    expect(await claimedOf(space.pool, productId)).toBe(1);
    await expectConserved(space.pool, [productId]);
    const again = (await confirmOrders(space.pool, [order.orderId])).get(order.orderId);
    expect(again).toMatchObject({ status: 'CONFIRMED', changed: false, events: [] });
  });

  it('does nothing for an order that is not paid, or has ended', async () => {
    const productId = await makeProduct(space.pool, 2);
    const [unpaid, ended] = [
      await acceptAndBegin(space.pool, productId),
      await acceptAndBegin(space.pool, productId),
    ];
    await endOrders(space.pool, [expired(ended.orderId)]);
    await space.pool.query('update orders set paid = true where order_id = $1', [ended.orderId]);
    const confirmed = await confirmOrders(space.pool, [unpaid.orderId, ended.orderId]);
    expect(confirmed.get(unpaid.orderId)).toMatchObject({ status: 'PAYMENT_PENDING', changed: false });
    expect(confirmed.get(ended.orderId)).toMatchObject({ status: 'EXPIRED', changed: false });
  });
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

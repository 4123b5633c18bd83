import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALLOWED_BEFORE, ORDER_STATUSES, type OrderStatus } from '../../../src/core/order.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { trackOrders } from '../../../src/core/postgres/track-orders.js';
import { createSpace, type Space } from '../../support/space.js';
import {
  acceptAndBegin,
  acceptMany,
  acceptOne,
  cancelled,
  capture,
  claimedOf,
  expectConserved,
  expired,
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

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findDueRefunds } from '../../../src/core/postgres/find-due-refunds.js';
import { findLatePayments } from '../../../src/core/postgres/find-late-payments.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { flagForReview } from '../../../src/core/postgres/flag-for-review.js';
import { markHoldsDone } from '../../../src/core/postgres/mark-holds-done.js';
import { recordDecline } from '../../../src/core/postgres/record-decline.js';
import { recordRefund } from '../../../src/core/postgres/record-refund.js';
import { createSpace, type Space } from '../../support/space.js';
import {
  acceptAndBegin,
  acceptOne,
  capture,
  claimedOf,
  endingOf,
  expireOrder,
  expectConserved,
  makeProduct,
  typesOf,
} from './fixture.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('late-payments');
});
afterAll(async () => {
  await space.close();
});

describe('a late payment', () => {
  it('claims again while units are free, under the next generation of its hold', async () => {
    const productId = await makeProduct(space.pool, 1);
    const order = await acceptAndBegin(space.pool, productId);
    await expireOrder(space.pool, order.orderId);
    await markHoldsDone(space.pool, [{ orderId: order.orderId, generation: 0 }]);
    expect(await capture(space.pool, order)).toBe('late');
    expect(await findLatePayments(space.pool, { olderThanMs: 0, limit: 100 })).toContain(order.orderId);
    expect(await findLatePayments(space.pool, { olderThanMs: 60_000, limit: 100 })).toEqual([]);

    const claim = (await claimLatePayments(space.pool, [order.orderId])).get(order.orderId);
    expect(claim).toMatchObject({
      outcome: 'claimed',
      hold: { productId, reservationId: order.reservationId, generation: 1 },
      order: { status: 'PAYMENT_CONFIRMED', paid: true, failureCode: null },
      events: [{ type: 'PAYMENT_CONFIRMED', topics: ['order.progress'] }],
    });
    expect(await claimedOf(space.pool, productId)).toBe(1);
    expect(await endingOf(space.pool, order.orderId)).toMatchObject({
      generation: 1,
      hold_done: false,
      refund_due: false,
    });
    expect(await findPayments(space.pool, order.orderId)).toMatchObject([{ status: 'CAPTURED' }]);
    expect(await findLatePayments(space.pool, { olderThanMs: 0, limit: 100 })).not.toContain(order.orderId);

    // The first release of the expired hold reports late: it was of generation 0.
    await markHoldsDone(space.pool, [{ orderId: order.orderId, generation: 0 }]);
    expect((await endingOf(space.pool, order.orderId)).hold_done).toBe(false);

    const again = (await claimLatePayments(space.pool, [order.orderId])).get(order.orderId);
    expect(again).toMatchObject({ outcome: 'claimed', hold: { generation: 1 }, events: [] });
    expect(await claimedOf(space.pool, productId)).toBe(1);
    const confirmed = (await confirmOrders(space.pool, [order.orderId])).get(order.orderId);
    expect(confirmed).toMatchObject({ status: 'CONFIRMED', changed: true, hold: { generation: 1 } });
    expect(await capture(space.pool, order)).toBe('already');
    expect(await typesOf(space.pool, order.orderId)).toEqual([
      'PENDING',
      'INVENTORY_RESERVED',
      'PAYMENT_PENDING',
      'EXPIRED',
      'PAYMENT_LATE',
      'PAYMENT_CONFIRMED',
      'CONFIRMED',
    ]);
  });

  it('is refunded when the units went to somebody else', async () => {
    const productId = await makeProduct(space.pool, 1);
    const order = await acceptAndBegin(space.pool, productId);
    await expireOrder(space.pool, order.orderId);
    await acceptOne(space.pool, productId);
    await capture(space.pool, order);
    const claim = (await claimLatePayments(space.pool, [order.orderId])).get(order.orderId);
    expect(claim).toMatchObject({ outcome: 'refund', order: { status: 'EXPIRED', paid: false } });
    expect(await claimedOf(space.pool, productId)).toBe(1);
    const due = await findDueRefunds(space.pool, { olderThanMs: 0, limit: 10, orderIds: [order.orderId] });
    expect(due).toMatchObject([{ orderId: order.orderId, attempt: 1, status: 'LATE', amount: order.amount }]);

    // Once decided it stays decided, also when a unit comes back meanwhile.
    await space.pool.query('update stock set seeded = 5 where product_id = $1', [productId]);
    expect((await claimLatePayments(space.pool, [order.orderId])).get(order.orderId)?.outcome).toBe('refund');

    const refund = { orderId: order.orderId, attempt: 1, refundReference: 'back-1' };
    expect(await recordRefund(space.pool, refund)).toBe('refunded');
    expect(await recordRefund(space.pool, refund)).toBe('already');
    expect((await endingOf(space.pool, order.orderId)).refund_due).toBe(false);
    expect(await findPayments(space.pool, order.orderId)).toMatchObject([
      { status: 'REFUNDED', refundReference: 'back-1' },
    ]);
    expect(await capture(space.pool, order)).toBe('late');
    expect((await claimLatePayments(space.pool, [order.orderId])).get(order.orderId)?.outcome).toBe(
      'nothing',
    );
  });

  it('goes to the oldest orders first when not all can be kept', async () => {
    const productId = await makeProduct(space.pool, 3);
    const orders = [
      await acceptAndBegin(space.pool, productId, { quantity: 2 }),
      await acceptAndBegin(space.pool, productId, { quantity: 1 }),
    ];
    for (const order of orders) await expireOrder(space.pool, order.orderId);
    await acceptOne(space.pool, productId);
    for (const order of orders) await capture(space.pool, order);
    const claims = await claimLatePayments(
      space.pool,
      orders.map((order) => order.orderId),
    );
    expect(orders.map((order) => claims.get(order.orderId)?.outcome)).toEqual(['claimed', 'refund']);
    await expectConserved(space.pool, [productId]);
  });

  it('of a cancelled order is refunded, never claimed for', async () => {
    const productId = await makeProduct(space.pool, 5);
    const order = await acceptAndBegin(space.pool, productId);
    await endOrders(space.pool, [
      { orderId: order.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' },
    ]);
    expect(await capture(space.pool, order)).toBe('late');
    expect((await claimLatePayments(space.pool, [order.orderId])).get(order.orderId)).toMatchObject({
      outcome: 'refund',
      order: { status: 'CANCELLED' },
    });
    expect(await claimedOf(space.pool, productId)).toBe(0);
  });

  it('paid twice is claimed for with one payment and refunded with the other', async () => {
    const productId = await makeProduct(space.pool, 5);
    const order = await acceptAndBegin(space.pool, productId);
    await expireOrder(space.pool, order.orderId);
    await capture(space.pool, order, { attempt: 1 });
    await capture(space.pool, order, { attempt: 2 });
    expect((await claimLatePayments(space.pool, [order.orderId])).get(order.orderId)?.outcome).toBe(
      'claimed',
    );
    expect((await findPayments(space.pool, order.orderId)).map((payment) => payment.status)).toEqual([
      'CAPTURED',
      'LATE',
    ]);
    const due = await findDueRefunds(space.pool, { olderThanMs: 0, limit: 10, orderIds: [order.orderId] });
    expect(due.map((payment) => payment.attempt)).toEqual([2]);
    expect(await recordRefund(space.pool, { orderId: order.orderId, attempt: 2, refundReference: 'b' })).toBe(
      'refunded',
    );
    expect((await endingOf(space.pool, order.orderId)).refund_due).toBe(false);
  });

  it('claimed for by many at once is claimed for once', async () => {
    const productId = await makeProduct(space.pool, 5);
    const order = await acceptAndBegin(space.pool, productId);
    await expireOrder(space.pool, order.orderId);
    await capture(space.pool, order);
    const claims = await Promise.all(
      Array.from({ length: 6 }, () => claimLatePayments(space.pool, [order.orderId])),
    );
    expect(claims.map((claim) => claim.get(order.orderId)?.hold.generation)).toEqual(Array(6).fill(1));
    expect(await claimedOf(space.pool, productId)).toBe(1);
  });
});

describe('money back', () => {
  it('is due for a paid order that an operator ended, and leaves a confirmed one sold', async () => {
    const productId = await makeProduct(space.pool, 2);
    const [ended, kept] = [
      await acceptAndBegin(space.pool, productId),
      await acceptAndBegin(space.pool, productId),
    ];
    for (const order of [ended, kept]) await capture(space.pool, order);
    await confirmOrders(space.pool, [kept.orderId]);
    await endOrders(space.pool, [
      { orderId: ended.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR', evenIfPaid: true },
    ]);
    const due = await findDueRefunds(space.pool, {
      olderThanMs: 0,
      limit: 10,
      orderIds: [ended.orderId, kept.orderId],
    });
    expect(due.map((payment) => [payment.orderId, payment.status])).toEqual([[ended.orderId, 'CAPTURED']]);
    await recordRefund(space.pool, { orderId: ended.orderId, attempt: 1, refundReference: 'x' });
    expect(
      await findDueRefunds(space.pool, { olderThanMs: 0, limit: 10, orderIds: [ended.orderId] }),
    ).toEqual([]);
    await recordRefund(space.pool, { orderId: kept.orderId, attempt: 1, refundReference: 'y' });
    expect((await findOrder(space.pool, kept.orderId))?.status).toBe('CONFIRMED');
    expect(await claimedOf(space.pool, productId)).toBe(1);
  });

  it('is not given for an attempt that took none', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    const refund = { orderId: order.orderId, attempt: 1, refundReference: 'x' };
    expect(await recordRefund(space.pool, refund)).toBe('unknown');
    await recordDecline(space.pool, {
      orderId: order.orderId,
      attempt: 1,
      gateway: 'simulated',
      declineCode: 'no',
    });
    expect(await recordRefund(space.pool, refund)).toBe('unknown');
  });

  it('that fails for good is handed to a person', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    expect(await flagForReview(space.pool, order.orderId, 'the card is closed')).toBe(true);
    expect((await endingOf(space.pool, order.orderId)).review_reason).toBe('the card is closed');
    expect(await flagForReview(space.pool, order.orderId, null)).toBe(true);
    expect(await flagForReview(space.pool, randomUUID(), 'x')).toBe(false);
  });
});

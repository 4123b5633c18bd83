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
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { recordDecline } from '../../../src/core/postgres/record-decline.js';
import { recordPaymentAttempt } from '../../../src/core/postgres/record-payment-attempt.js';
import { recordRefund } from '../../../src/core/postgres/record-refund.js';
import { createSpace, type Space } from '../../support/space.js';
import {
  acceptAndBegin,
  acceptOne,
  capture,
  claimedOf,
  expectConserved,
  makeProduct,
  typesOf,
} from './fixture.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('payments');
});
afterAll(async () => {
  await space.close();
});

async function expire(orderId: string): Promise<void> {
  const ended = await endOrders(space.pool, [{ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' }]);
  expect(ended.get(orderId)?.status).toBe('EXPIRED');
}

async function rowOf(
  orderId: string,
): Promise<{ generation: number; refund_due: boolean; review_reason: string | null; hold_done: boolean }> {
  const { rows } = await space.pool.query<{
    generation: number;
    refund_due: boolean;
    review_reason: string | null;
    hold_done: boolean;
  }>('select generation, refund_due, review_reason, hold_done from orders where order_id = $1', [orderId]);
  const [row] = rows;
  if (!row) throw new Error('no such order');
  return row;
}

describe('a capture', () => {
  it('pays the order and writes the payment, once however often it is reported', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    expect(await capture(space.pool, order)).toBe('captured');
    expect(await capture(space.pool, order)).toBe('already');
    expect((await findOrder(space.pool, order.orderId))?.paid).toBe(true);
    expect(await findPayments(space.pool, order.orderId)).toMatchObject([
      {
        attempt: 1,
        status: 'CAPTURED',
        amount: order.amount,
        gateway: 'simulated',
        gatewayReference: `${order.orderId}-1`,
      },
    ]);
    expect((await typesOf(space.pool, order.orderId)).at(-1)).toBe('PAYMENT_CAPTURED');
  });

  it('counts before the saga has begun', async () => {
    const order = await acceptOne(space.pool, await makeProduct(space.pool, 1));
    expect(await capture(space.pool, order)).toBe('captured');
    expect((await findOrder(space.pool, order.orderId))?.status).toBe('PENDING');
  });

  it('stays already recorded after the order was confirmed', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    await capture(space.pool, order);
    await confirmOrders(space.pool, [order.orderId]);
    expect(await capture(space.pool, order)).toBe('already');
    expect((await rowOf(order.orderId)).refund_due).toBe(false);
  });

  it('of a paid order by another payment is late and due for refund', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    await capture(space.pool, order);
    expect(await capture(space.pool, order, { attempt: 2 })).toBe('late');
    expect((await findPayments(space.pool, order.orderId)).map((payment) => payment.status)).toEqual([
      'CAPTURED',
      'LATE',
    ]);
    expect((await rowOf(order.orderId)).refund_due).toBe(true);
  });

  it('that reuses an attempt number with other money is kept beside the first', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    await capture(space.pool, order);
    expect(await capture(space.pool, order, { attempt: 1, gatewayReference: `other-${order.orderId}` })).toBe(
      'late',
    );
    expect(await findPayments(space.pool, order.orderId)).toMatchObject([
      { attempt: 1, status: 'CAPTURED' },
      { attempt: 2, status: 'LATE', gatewayReference: `other-${order.orderId}` },
    ]);
  });

  it('twice in one batch pays once and refunds once', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    const one = {
      orderId: order.orderId,
      gateway: 'simulated',
      amountMinor: order.amount.amountMinor,
      currency: 'EUR',
    };
    await recordCaptures(space.pool, [
      { ...one, attempt: 1, gatewayReference: randomUUID() },
      { ...one, attempt: 2, gatewayReference: randomUUID() },
    ]);
    expect((await findPayments(space.pool, order.orderId)).map((payment) => payment.status)).toEqual([
      'CAPTURED',
      'LATE',
    ]);
    expect(await rowOf(order.orderId)).toMatchObject({ refund_due: true });
    await typesOf(space.pool, order.orderId);
  });

  it('of another amount does not pay the order, and its money is due for refund', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    expect(await capture(space.pool, order, { amountMinor: 1 })).toBe('late');
    expect((await findOrder(space.pool, order.orderId))?.paid).toBe(false);
    expect((await rowOf(order.orderId)).refund_due).toBe(true);
    expect(await capture(space.pool, order, { attempt: 2 })).toBe('captured');
  });

  it("of another customer's money does not pay the order, and goes back", async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    expect(await capture(space.pool, order, { userId: 'bob' })).toBe('late');
    expect((await findOrder(space.pool, order.orderId))?.paid).toBe(false);
    expect(await rowOf(order.orderId)).toMatchObject({ refund_due: true });
    expect(await capture(space.pool, order, { attempt: 2, userId: 'ann' })).toBe('captured');
  });

  it("of another customer's money does not claim for an expired order", async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    await endOrders(space.pool, [
      { orderId: order.orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' },
    ]);
    expect(await capture(space.pool, order, { userId: 'bob' })).toBe('late');
    const claims = await claimLatePayments(space.pool, [order.orderId]);
    expect(claims.get(order.orderId)).toMatchObject({ outcome: 'refund', order: { status: 'EXPIRED' } });
  });

  it('is taken from an older binary, which knows no customer, as ever', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    const { rows } = await space.pool.query<{ outcome: string }>({
      text: `select outcome from record_captures($1::uuid[], $2::integer[], $3::text[], $4::text[], $5::bigint[], $6::text[])`,
      values: [[order.orderId], [1], ['simulated'], ['old'], [order.amount.amountMinor], ['EUR']],
    });
    expect(rows).toEqual([{ outcome: 'captured' }]);
  });

  it('that belongs to another order is flagged for a person and pays nothing', async () => {
    const productId = await makeProduct(space.pool, 2);
    const [first, second] = [
      await acceptAndBegin(space.pool, productId),
      await acceptAndBegin(space.pool, productId),
    ];
    await capture(space.pool, first, { gatewayReference: 'shared' });
    expect(await capture(space.pool, second, { gatewayReference: 'shared' })).toBe('late');
    expect((await findOrder(space.pool, second.orderId))?.paid).toBe(false);
    expect((await rowOf(second.orderId)).review_reason).toContain(first.orderId);
  });

  it('for an id that is no order is not answered', async () => {
    const nobody = { orderId: randomUUID(), amount: { amountMinor: 1, currency: 'EUR' } };
    expect(await capture(space.pool, nobody)).toBeUndefined();
  });
});

describe('an attempt', () => {
  it('takes its amount from the order row, and a capture ends it', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 2), { quantity: 2 });
    const { orderId } = order;
    const attempt = { orderId, attempt: 1, gateway: 'simulated' };
    expect(await recordPaymentAttempt(space.pool, { ...attempt, status: 'REQUESTED' })).toMatchObject({
      status: 'REQUESTED',
      amount: order.amount,
    });
    expect(
      await recordPaymentAttempt(space.pool, {
        ...attempt,
        status: 'REQUIRES_ACTION',
        gatewayReference: 'r-1',
      }),
    ).toMatchObject({ status: 'REQUIRES_ACTION', gatewayReference: 'r-1' });
    expect(await capture(space.pool, order)).toBe('captured');
    expect(await recordPaymentAttempt(space.pool, { ...attempt, status: 'REQUESTED' })).toMatchObject({
      status: 'CAPTURED',
    });
    expect(await recordDecline(space.pool, { ...attempt, declineCode: 'no' })).toMatchObject({
      status: 'CAPTURED',
      declineCode: null,
    });
  });

  it('that was declined can still be captured: the gateway has the last word', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    const { orderId } = order;
    expect(
      await recordDecline(space.pool, {
        orderId,
        attempt: 1,
        gateway: 'simulated',
        declineCode: 'insufficient_funds',
      }),
    ).toMatchObject({ status: 'DECLINED', declineCode: 'insufficient_funds' });
    expect(await capture(space.pool, order)).toBe('captured');
    expect(await findPayments(space.pool, orderId)).toMatchObject([
      { status: 'CAPTURED', declineCode: null },
    ]);
  });

  it('of an unknown order is nothing', async () => {
    const attempt = { orderId: randomUUID(), attempt: 1, gateway: 'simulated' };
    expect(await recordPaymentAttempt(space.pool, { ...attempt, status: 'REQUESTED' })).toBeUndefined();
    expect(await recordDecline(space.pool, { ...attempt, declineCode: 'x' })).toBeUndefined();
  });
});

describe('payment against expiry', () => {
  it('has exactly one winner, every time', async () => {
    const productId = await makeProduct(space.pool, 60);
    const orders = await Promise.all(Array.from({ length: 60 }, () => acceptAndBegin(space.pool, productId)));
    const outcomes = await Promise.all(
      orders.map(async (order) => {
        const [captured, ended] = await Promise.all([
          capture(space.pool, order),
          endOrders(space.pool, [
            { orderId: order.orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' },
          ]),
        ]);
        return { order, captured, ended: ended.get(order.orderId) };
      }),
    );
    for (const { order, captured, ended } of outcomes) {
      const now = await findOrder(space.pool, order.orderId);
      if (captured === 'captured') {
        expect(ended?.changed).toBe(false);
        expect(now).toMatchObject({ status: 'PAYMENT_PENDING', paid: true });
      } else {
        expect(captured).toBe('late');
        expect(ended).toMatchObject({ changed: true, status: 'EXPIRED' });
        expect(now).toMatchObject({ status: 'EXPIRED', paid: false });
      }
    }
    await expectConserved(space.pool, [productId]);
  });

  it('is won by expiry when the capture waited for it', async () => {
    const productId = await makeProduct(space.pool, 1);
    const order = await acceptAndBegin(space.pool, productId);
    const client = await space.pool.connect();
    try {
      await client.query('begin');
      await endOrders(client, [
        { orderId: order.orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' },
      ]);
      const waiting = capture(space.pool, order);
      await client.query('commit');
      expect(await waiting).toBe('late');
    } finally {
      client.release();
    }
    expect((await rowOf(order.orderId)).refund_due).toBe(false);
  });
});

describe('a late payment', () => {
  it('claims again while units are free, under the next generation of its hold', async () => {
    const productId = await makeProduct(space.pool, 1);
    const order = await acceptAndBegin(space.pool, productId);
    await expire(order.orderId);
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
    expect(await rowOf(order.orderId)).toMatchObject({ generation: 1, hold_done: false, refund_due: false });
    expect(await findPayments(space.pool, order.orderId)).toMatchObject([{ status: 'CAPTURED' }]);
    expect(await findLatePayments(space.pool, { olderThanMs: 0, limit: 100 })).not.toContain(order.orderId);

    // The first release of the expired hold reports late: it was of generation 0.
    await markHoldsDone(space.pool, [{ orderId: order.orderId, generation: 0 }]);
    expect((await rowOf(order.orderId)).hold_done).toBe(false);

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
    await expire(order.orderId);
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
    expect((await rowOf(order.orderId)).refund_due).toBe(false);
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
    for (const order of orders) await expire(order.orderId);
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
    await expire(order.orderId);
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
    expect((await rowOf(order.orderId)).refund_due).toBe(false);
  });

  it('claimed for by many at once is claimed for once', async () => {
    const productId = await makeProduct(space.pool, 5);
    const order = await acceptAndBegin(space.pool, productId);
    await expire(order.orderId);
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
    expect((await rowOf(order.orderId)).review_reason).toBe('the card is closed');
    expect(await flagForReview(space.pool, order.orderId, null)).toBe(true);
    expect(await flagForReview(space.pool, randomUUID(), 'x')).toBe(false);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { recordDecline } from '../../../src/core/postgres/record-decline.js';
import { recordPaymentAttempt } from '../../../src/core/postgres/record-payment-attempt.js';
import { createSpace, type Space } from '../../support/space.js';
import {
  acceptAndBegin,
  acceptOne,
  capture,
  endingOf,
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
    expect((await endingOf(space.pool, order.orderId)).refund_due).toBe(false);
  });

  it('of a paid order by another payment is late and due for refund', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    await capture(space.pool, order);
    expect(await capture(space.pool, order, { attempt: 2 })).toBe('late');
    expect((await findPayments(space.pool, order.orderId)).map((payment) => payment.status)).toEqual([
      'CAPTURED',
      'LATE',
    ]);
    expect((await endingOf(space.pool, order.orderId)).refund_due).toBe(true);
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
    expect(await endingOf(space.pool, order.orderId)).toMatchObject({ refund_due: true });
    await typesOf(space.pool, order.orderId);
  });

  it('of another amount does not pay the order, and its money is due for refund', async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    expect(await capture(space.pool, order, { amountMinor: 1 })).toBe('late');
    expect((await findOrder(space.pool, order.orderId))?.paid).toBe(false);
    expect((await endingOf(space.pool, order.orderId)).refund_due).toBe(true);
    expect(await capture(space.pool, order, { attempt: 2 })).toBe('captured');
  });

  it("of another customer's money does not pay the order, and goes back", async () => {
    const order = await acceptAndBegin(space.pool, await makeProduct(space.pool, 1));
    expect(await capture(space.pool, order, { userId: 'bob' })).toBe('late');
    expect((await findOrder(space.pool, order.orderId))?.paid).toBe(false);
    expect(await endingOf(space.pool, order.orderId)).toMatchObject({ refund_due: true });
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
    expect((await endingOf(space.pool, second.orderId)).review_reason).toContain(first.orderId);
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
    expect((await endingOf(space.pool, order.orderId)).refund_due).toBe(false);
  });
});

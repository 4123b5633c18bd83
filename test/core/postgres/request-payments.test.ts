import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/order.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findLastAttempts } from '../../../src/core/postgres/find-last-attempts.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { recordDecline } from '../../../src/core/postgres/record-decline.js';
import { recordPaymentAttempt } from '../../../src/core/postgres/record-payment-attempt.js';
import { requestPayments } from '../../../src/core/postgres/request-payments.js';
import { createSpace, type Space } from '../../support/space.js';
import { acceptAndBegin, acceptOne, capture, makeProduct, typesOf } from './fixture.js';

let space: Space;
let productId: string;
beforeAll(async () => {
  space = await createSpace('pay-again');
  productId = await makeProduct(space.pool, 1_000);
});
afterAll(async () => {
  await space.close();
});

const request = async (orderId: string) => (await requestPayments(space.pool, [orderId])).get(orderId);
const decline = (orderId: string, attempt: number) =>
  recordDecline(space.pool, { orderId, attempt, gateway: 'webhook', declineCode: 'insufficient_funds' });
const lastOf = async (orderId: string) => (await findLastAttempts(space.pool, [orderId])).get(orderId);

/** An order whose first attempt was declined and may be tried again. */
async function declined() {
  const order = await acceptAndBegin(space.pool, productId);
  await decline(order.orderId, 1);
  return order;
}

describe('a further payment attempt', () => {
  it('is written through the gateway of the last one, for the money of the row, and told in the timeline', async () => {
    const { orderId, amount } = await declined();
    const before = await findOrder(space.pool, orderId);
    const requested = await request(orderId);
    expect(requested).toMatchObject({ outcome: 'requested', attempt: 2 });
    expect(requested?.order.version).toBe((before?.version ?? 0) + 1);
    expect((await findPayments(space.pool, orderId))[1]).toMatchObject({
      attempt: 2,
      status: 'REQUESTED',
      gateway: 'webhook',
      amount,
      gatewayReference: null,
    });
    expect((await typesOf(space.pool, orderId)).at(-1)).toBe('PAYMENT_REQUESTED');
  });

  it('is one, however often and at once it is asked for, until it is answered', async () => {
    const { orderId } = await declined();
    const asked = await Promise.all(Array.from({ length: 20 }, () => request(orderId)));
    expect(asked.map((one) => one?.attempt)).toEqual(Array.from({ length: 20 }, () => 2));
    expect(asked.filter((one) => one?.outcome === 'requested')).toHaveLength(1);
    expect(await findPayments(space.pool, orderId)).toHaveLength(2);
    await decline(orderId, 2);
    expect(await request(orderId)).toMatchObject({ outcome: 'requested', attempt: 3 });
  });

  it('may follow one that waits for the customer', async () => {
    const { orderId } = await acceptAndBegin(space.pool, productId);
    await recordPaymentAttempt(space.pool, {
      ...{
        orderId,
        attempt: 1,
        gateway: 'webhook',
        status: 'REQUIRES_ACTION',
        gatewayReference: `r-${orderId}`,
      },
    });
    expect(await request(orderId)).toMatchObject({ outcome: 'requested', attempt: 2 });
  });

  it('is refused while the first attempt is still being asked', async () => {
    const { orderId } = await acceptAndBegin(space.pool, productId);
    expect(await request(orderId)).toMatchObject({ outcome: 'busy', attempt: null });
    await recordPaymentAttempt(space.pool, { orderId, attempt: 1, gateway: 'webhook', status: 'REQUESTED' });
    expect(await request(orderId)).toMatchObject({ outcome: 'busy', attempt: null });
    expect(await findPayments(space.pool, orderId)).toHaveLength(1);
  });

  it('is refused for an order that awaits no payment: not begun, paid, ended, overdue', async () => {
    const pending = await acceptOne(space.pool, productId);
    const [paid, ended, overdue] = [await declined(), await declined(), await declined()];
    await capture(space.pool, paid, { attempt: 5 });
    await endOrders(space.pool, [
      { orderId: ended.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' },
    ]);
    await space.pool.query(`update orders set pay_by = now() - interval '1 ms' where order_id = $1`, [
      overdue.orderId,
    ]);
    for (const { orderId } of [pending, paid, ended, overdue]) {
      expect(await request(orderId)).toMatchObject({ outcome: 'closed', attempt: null });
    }
  });

  it('is refused after as many as one order may have', async () => {
    const { orderId } = await declined();
    for (let attempt = 2; attempt <= LIMITS.paymentAttempts; attempt += 1) {
      expect(await request(orderId)).toMatchObject({ outcome: 'requested', attempt });
      await decline(orderId, attempt);
    }
    expect(await request(orderId)).toMatchObject({ outcome: 'spent', attempt: null });
    expect(await findPayments(space.pool, orderId)).toHaveLength(LIMITS.paymentAttempts);
  });

  it('and a cancel that come at once leave no attempt that a live order does not know of', async () => {
    const orders = await Promise.all(Array.from({ length: 40 }, declined));
    const outcomes = await Promise.all(
      orders.map(async ({ orderId }, n) => {
        const cancel = () =>
          endOrders(space.pool, [{ orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' }]);
        const both = n % 2 === 0 ? [cancel(), request(orderId)] : [request(orderId), cancel()];
        await Promise.all(both);
        return (await findOrder(space.pool, orderId))?.status;
      }),
    );
    expect(new Set(outcomes)).toEqual(new Set(['CANCELLED']));
    expect(
      await requestPayments(
        space.pool,
        orders.map((order) => order.orderId),
      ),
    ).toSatisfy((found: Map<string, { outcome: string }>) =>
      [...found.values()].every((one) => one.outcome === 'closed'),
    );
    const open = await findLastAttempts(
      space.pool,
      orders.map((order) => order.orderId),
    );
    expect([...open.values()]).toEqual(orders.map(() => null));
    for (const { orderId } of orders) await typesOf(space.pool, orderId);
  });

  it('of many orders is asked for in one call, each by its own rules', async () => {
    const [first, second] = [await declined(), await acceptAndBegin(space.pool, productId)];
    const answers = await requestPayments(space.pool, [
      second.orderId,
      first.orderId,
      first.orderId,
      '00000000-0000-4000-8000-000000000000',
    ]);
    expect([...answers].map(([, { outcome }]) => outcome).sort()).toEqual(['busy', 'requested']);
  });
});

describe('what the saga has to ask the gateway for', () => {
  it('is the first attempt of an order that was never asked, and the last one that is not answered', async () => {
    const { orderId } = await acceptAndBegin(space.pool, productId);
    expect(await lastOf(orderId)).toEqual({ attempt: 1, isOpen: true });
    await decline(orderId, 1);
    expect(await lastOf(orderId)).toEqual({ attempt: 1, isOpen: false });
    await request(orderId);
    expect(await lastOf(orderId)).toEqual({ attempt: 2, isOpen: true });
    await decline(orderId, 2);
    expect(await lastOf(orderId)).toEqual({ attempt: 2, isOpen: false });
  });

  it('is nothing once the order is paid or ended, or is none', async () => {
    const [paid, ended] = [await declined(), await declined()];
    await capture(space.pool, paid, { attempt: 2 });
    await endOrders(space.pool, [
      { orderId: ended.orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' },
    ]);
    const nobody = '00000000-0000-4000-8000-000000000000';
    for (const orderId of [paid.orderId, ended.orderId, nobody]) expect(await lastOf(orderId)).toBeNull();
  });
});

/** What a believed callback does to its order and its payments, in whatever order and however often it comes. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../../src/core/in-parallel.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { receivedEventSchema } from '../../../src/server/payments/payment-event.js';
import {
  captured,
  createCallbackStand,
  declined,
  PRICE,
  refunded,
  unknownOrder,
  type CallbackStand,
} from './callback-stand.js';

describe('POST /payments/webhook', () => {
  let stand: CallbackStand;
  beforeAll(async () => {
    stand = await createCallbackStand('callbacks');
  });
  afterAll(() => stand.close());

  it('makes a capture a fact of the order, however often it is reported', async () => {
    const order = await stand.asked();
    const event = captured(order);
    const first = await stand.report(event);
    expect(first).toEqual({ status: 200, body: { outcome: 'captured' } });
    expect(receivedEventSchema.parse(first.body)).toEqual(first.body);
    const after = await stand.row(order.orderId);
    expect(after).toMatchObject({ paid: true, refund_due: false });
    const again = await Promise.all([1, 2, 3, 4].map(() => stand.report(event)));
    for (const answer of again) expect(answer).toEqual({ status: 200, body: { outcome: 'already' } });
    expect(await stand.row(order.orderId)).toEqual(after);
    expect(await findPayments(stand.serve.space.pool, order.orderId)).toMatchObject([
      { status: 'CAPTURED', gateway: 'webhook', gatewayReference: event.reference, amount: PRICE },
    ]);
  });

  it('takes hundreds at once, each for its own order, the same one twice among them', async () => {
    const orders = await inParallel(Array.from({ length: 60 }), 10, () => stand.asked());
    const events = orders.flatMap((order) => [captured(order), captured(order)]);
    events.push(captured(unknownOrder()));
    const outcomes = await inParallel(events, 130, (event) => stand.outcomeOf(event));
    const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
    expect([count('captured'), count('already'), count('404 ORDER_NOT_FOUND')]).toEqual([60, 60, 1]);
    for (const { orderId } of orders) expect(await stand.statuses(orderId)).toEqual(['CAPTURED']);
  });

  it('knows an order also by its id in capitals', async () => {
    const order = await stand.asked();
    expect(await stand.outcomeOf(captured({ ...order, orderId: order.orderId.toUpperCase() }))).toBe(
      'captured',
    );
    expect(await stand.statuses(order.orderId)).toEqual(['CAPTURED']);
  });

  it.each([
    ['another amount', { amount: { amountMinor: 1, currency: 'EUR' } }],
    ['another currency', { amount: { amountMinor: 4_990, currency: 'USD' } }],
    ['the money of another customer', { userId: 'mallory' }],
  ])('does not let %s pay the order: the money is due for refund', async (_what, given) => {
    const order = await stand.asked();
    expect(await stand.outcomeOf(captured(order, given))).toBe('late');
    expect(await stand.row(order.orderId)).toMatchObject({ paid: false, refund_due: true });
    expect(await stand.statuses(order.orderId)).toEqual(['LATE']);
    const confirmed = await confirmOrders(stand.serve.space.pool, [order.orderId]);
    expect(confirmed.get(order.orderId)?.status).toBe('PAYMENT_PENDING');
  });

  it('takes money that comes after the end for late, and for a refund unless the order may be claimed again', async () => {
    const [cancelled, expired] = [await stand.asked(), await stand.asked()];
    await endOrders(stand.serve.space.pool, [
      { orderId: cancelled.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' },
      { orderId: expired.orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' },
    ]);
    expect(await stand.outcomeOf(captured(cancelled))).toBe('late');
    expect(await stand.outcomeOf(captured(expired))).toBe('late');
    expect(await stand.row(cancelled.orderId)).toMatchObject({ status: 'CANCELLED', refund_due: true });
    expect(await stand.row(expired.orderId)).toMatchObject({ status: 'EXPIRED', refund_due: false });
  });

  it('does not take a payment back that is declined after it was captured', async () => {
    const order = await stand.asked();
    expect(await stand.outcomeOf(captured(order))).toBe('captured');
    expect(await stand.outcomeOf(declined(order, { final: true }))).toBe('ignored');
    expect(await stand.row(order.orderId)).toMatchObject({ status: 'PAYMENT_PENDING', paid: true });
    expect(await stand.statuses(order.orderId)).toEqual(['CAPTURED']);
  });

  it('believes a capture that comes after its decline: money is money', async () => {
    const order = await stand.asked();
    expect(await stand.outcomeOf(declined(order))).toBe('declined');
    expect(await stand.outcomeOf(declined(order))).toBe('declined');
    expect(await stand.row(order.orderId)).toMatchObject({ status: 'PAYMENT_PENDING', paid: false });
    expect(await stand.outcomeOf(captured(order))).toBe('captured');
    expect(await stand.row(order.orderId)).toMatchObject({ paid: true });
    expect(await stand.statuses(order.orderId)).toEqual(['CAPTURED']);
  });

  it('ends the order by a final decline, at once and once, and the capture after it is given back', async () => {
    const order = await stand.asked();
    expect(await stand.outcomeOf(declined(order, { final: true }))).toBe('declined');
    const after = await stand.row(order.orderId);
    expect(after).toMatchObject({ status: 'FAILED', refund_due: false });
    expect((await findOrder(stand.serve.space.pool, order.orderId))?.failureCode).toBe('PAYMENT_DECLINED');
    expect(await stand.outcomeOf(declined(order, { final: true }))).toBe('declined');
    expect(await stand.row(order.orderId)).toEqual(after);
    expect(await stand.outcomeOf(captured(order))).toBe('late');
    expect(await stand.row(order.orderId)).toMatchObject({ status: 'FAILED', paid: false, refund_due: true });
  });

  it('does not end an order by the final decline of an attempt that has a successor', async () => {
    const order = await stand.asked();
    await stand.attempt(order.orderId, 2);
    expect(await stand.outcomeOf(declined(order, { final: true }))).toBe('declined');
    expect(await stand.row(order.orderId)).toMatchObject({ status: 'PAYMENT_PENDING' });
    expect(await stand.statuses(order.orderId)).toEqual(['DECLINED', 'REQUESTED']);
  });

  it('records a refund once, after its capture only', async () => {
    const order = await stand.asked();
    expect(await stand.outcomeOf(refunded(order))).toBe('409 WRONG_STATE');
    await endOrders(stand.serve.space.pool, [
      { orderId: order.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' },
    ]);
    expect(await stand.outcomeOf(captured(order))).toBe('late');
    expect(await stand.outcomeOf(refunded(order))).toBe('refunded');
    expect(await stand.outcomeOf(refunded(order))).toBe('already');
    expect(await stand.row(order.orderId)).toMatchObject({ refund_due: false, review_reason: null });
    expect(await stand.statuses(order.orderId)).toEqual(['REFUNDED']);
    // The capture of what was given back changes nothing any more.
    expect(await stand.outcomeOf(captured(order))).toBe('late');
    expect(await stand.row(order.orderId)).toMatchObject({ refund_due: false });
  });

  it('hands a refund that nobody asked for, or of another amount, to a person', async () => {
    const [unasked, partial] = [await stand.asked(), await stand.asked()];
    for (const order of [unasked, partial]) {
      await stand.report(captured(order));
      await confirmOrders(stand.serve.space.pool, [order.orderId]);
    }
    expect(await stand.outcomeOf(refunded(unasked, { idempotencyKey: undefined }))).toBe('review');
    expect(await stand.statuses(unasked.orderId)).toEqual(['REFUNDED']);
    expect((await stand.row(unasked.orderId)).review_reason).toMatch(/without being asked/);
    const part = { amount: { amountMinor: 1_000, currency: 'EUR' } };
    expect(await stand.outcomeOf(refunded(partial, part))).toBe('review');
    expect(await stand.statuses(partial.orderId)).toEqual(['CAPTURED']);
    expect((await stand.row(partial.orderId)).review_reason).toMatch(/another amount/);
  });

  it('lets one payment of the provider count for one order only', async () => {
    const [first, second] = [await stand.asked(), await stand.asked()];
    const reference = `pay_${randomUUID()}`;
    expect(await stand.outcomeOf(captured(first, { reference }))).toBe('captured');
    expect(await stand.outcomeOf(captured(second, { reference }))).toBe('late');
    expect(await stand.row(second.orderId)).toMatchObject({ paid: false });
    expect((await stand.row(second.orderId)).review_reason).toMatch(/belongs to order/);
  });
});

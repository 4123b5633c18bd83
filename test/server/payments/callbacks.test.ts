import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inParallel } from '../../../src/core/in-parallel.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { recordPaymentAttempt } from '../../../src/core/postgres/record-payment-attempt.js';
import { WEBHOOK_GATEWAY } from '../../../src/core/payments/webhook-gateway-name.js';
import { receivedEventSchema } from '../../../src/server/payments/payment-event.js';
import { MAX_CALLBACK_BYTES } from '../../../src/server/payments/read-callback.js';
import {
  startPaymentProvider,
  type PaymentProvider,
  type ReportOptions,
} from '../../payments/payment-provider.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { startServe, startServeSpace, type ServeSpace } from '../serve-space.js';

const SECRET = 'the-secret-of-shop-and-provider-0123456789';
const NEXT_SECRET = 'the-secret-that-comes-next-01234567890123';
const PRICE = { amountMinor: 4_990, currency: 'EUR' };

describe('POST /payments/webhook', () => {
  let serve: ServeSpace;
  let provider: PaymentProvider;
  let productId: string;
  beforeAll(async () => {
    serve = await startServeSpace('callbacks', { paymentSecret: `${NEXT_SECRET},${SECRET}` });
    provider = await startPaymentProvider(SECRET);
    productId = await serve.product(1_000);
  });
  afterAll(async () => {
    await serve.close();
    await provider.close();
  });

  /** As the worker leaves an order after it has asked: begun, with an attempt that waits for its answer. */
  async function asked(): Promise<{ orderId: string; userId: string }> {
    const userId = `buyer-${randomUUID()}`;
    const { body } = await serve.buy(productId, 1, { userId });
    const orderId = body.orderId as string;
    await beginOrders(serve.space.pool, [{ orderId, deadlineMs: 60_000 }]);
    await attempt(orderId, 1);
    return { orderId, userId };
  }
  const attempt = (orderId: string, n: number) =>
    recordPaymentAttempt(serve.space.pool, {
      ...{ orderId, attempt: n, gateway: WEBHOOK_GATEWAY, status: 'REQUESTED' as const },
    });
  const captured = (order: { orderId: string; userId: string }, given: object = {}) => ({
    ...{ type: 'payment.captured', attempt: 1, reference: `pay_${order.orderId}`, amount: PRICE },
    ...order,
    ...given,
  });
  const declined = ({ orderId }: { orderId: string }, given: object = {}) => ({
    ...{ type: 'payment.declined', orderId, attempt: 1, final: false, code: 'no_money' },
    ...given,
  });
  const refunded = ({ orderId }: { orderId: string }, given: object = {}) => ({
    ...{ type: 'payment.refunded', orderId, attempt: 1, reference: `pay_${orderId}`, amount: PRICE },
    ...{ refundReference: `ref_${orderId}`, idempotencyKey: `refund:${orderId}:1` },
    ...given,
  });
  const report = (event: object, options?: ReportOptions) => provider.report(serve.api, event, options);
  const outcomeOf = async (event: object) => {
    const { status, body } = await report(event);
    return status === 200 ? body.outcome : `${status} ${body.code}`;
  };
  const row = async (orderId: string) => {
    const { rows } = await serve.space.pool.query<{
      status: string;
      paid: boolean;
      refund_due: boolean;
      review_reason: string | null;
      version: number;
    }>({
      text: 'select status, paid, refund_due, review_reason, version from orders where order_id = $1',
      values: [orderId],
    });
    return rows[0];
  };
  const statuses = async (orderId: string) =>
    (await findPayments(serve.space.pool, orderId)).map((payment) => payment.status);

  it('makes a capture a fact of the order, however often it is reported', async () => {
    const order = await asked();
    const event = captured(order);
    const first = await report(event);
    expect(first).toEqual({ status: 200, body: { outcome: 'captured' } });
    expect(receivedEventSchema.parse(first.body)).toEqual(first.body);
    const after = await row(order.orderId);
    expect(after).toMatchObject({ paid: true, refund_due: false });
    const again = await Promise.all([1, 2, 3, 4].map(() => report(event)));
    for (const answer of again) expect(answer).toEqual({ status: 200, body: { outcome: 'already' } });
    expect(await row(order.orderId)).toEqual(after);
    expect(await findPayments(serve.space.pool, order.orderId)).toMatchObject([
      { status: 'CAPTURED', gateway: 'webhook', gatewayReference: event.reference, amount: PRICE },
    ]);
  });

  it('takes hundreds at once, each for its own order, the same one twice among them', async () => {
    const orders = await inParallel(Array.from({ length: 60 }), 10, asked);
    const events = orders.flatMap((order) => [captured(order), captured(order)]);
    const unknown = { orderId: randomUUID(), userId: 'ann' };
    const outcomes = await inParallel([...events, captured(unknown)], 130, outcomeOf);
    const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
    expect([count('captured'), count('already'), count('404 ORDER_NOT_FOUND')]).toEqual([60, 60, 1]);
    for (const { orderId } of orders) expect(await statuses(orderId)).toEqual(['CAPTURED']);
  });

  it('knows an order also by its id in capitals', async () => {
    const order = await asked();
    expect(await outcomeOf(captured({ ...order, orderId: order.orderId.toUpperCase() }))).toBe('captured');
    expect(await statuses(order.orderId)).toEqual(['CAPTURED']);
  });

  it.each([
    ['another amount', { amount: { amountMinor: 1, currency: 'EUR' } }],
    ['another currency', { amount: { amountMinor: 4_990, currency: 'USD' } }],
    ['the money of another customer', { userId: 'mallory' }],
  ])('does not let %s pay the order: the money is due for refund', async (_what, given) => {
    const order = await asked();
    expect(await outcomeOf(captured(order, given))).toBe('late');
    expect(await row(order.orderId)).toMatchObject({ paid: false, refund_due: true });
    expect(await statuses(order.orderId)).toEqual(['LATE']);
    const confirmed = await confirmOrders(serve.space.pool, [order.orderId]);
    expect(confirmed.get(order.orderId)?.status).toBe('PAYMENT_PENDING');
  });

  it('takes money that comes after the end for late, and for a refund unless the order may be claimed again', async () => {
    const [cancelled, expired] = [await asked(), await asked()];
    await endOrders(serve.space.pool, [
      { orderId: cancelled.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' },
      { orderId: expired.orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' },
    ]);
    expect(await outcomeOf(captured(cancelled))).toBe('late');
    expect(await outcomeOf(captured(expired))).toBe('late');
    expect(await row(cancelled.orderId)).toMatchObject({ status: 'CANCELLED', refund_due: true });
    expect(await row(expired.orderId)).toMatchObject({ status: 'EXPIRED', refund_due: false });
  });

  it('does not take a payment back that is declined after it was captured', async () => {
    const order = await asked();
    expect(await outcomeOf(captured(order))).toBe('captured');
    expect(await outcomeOf(declined(order, { final: true }))).toBe('ignored');
    expect(await row(order.orderId)).toMatchObject({ status: 'PAYMENT_PENDING', paid: true });
    expect(await statuses(order.orderId)).toEqual(['CAPTURED']);
  });

  it('believes a capture that comes after its decline: money is money', async () => {
    const order = await asked();
    expect(await outcomeOf(declined(order))).toBe('declined');
    expect(await outcomeOf(declined(order))).toBe('declined');
    expect(await row(order.orderId)).toMatchObject({ status: 'PAYMENT_PENDING', paid: false });
    expect(await outcomeOf(captured(order))).toBe('captured');
    expect(await row(order.orderId)).toMatchObject({ paid: true });
    expect(await statuses(order.orderId)).toEqual(['CAPTURED']);
  });

  it('ends the order by a final decline, at once and once, and the capture after it is given back', async () => {
    const order = await asked();
    expect(await outcomeOf(declined(order, { final: true }))).toBe('declined');
    const after = await row(order.orderId);
    expect(after).toMatchObject({ status: 'FAILED', refund_due: false });
    expect((await findOrder(serve.space.pool, order.orderId))?.failureCode).toBe('PAYMENT_DECLINED');
    expect(await outcomeOf(declined(order, { final: true }))).toBe('declined');
    expect(await row(order.orderId)).toEqual(after);
    expect(await outcomeOf(captured(order))).toBe('late');
    expect(await row(order.orderId)).toMatchObject({ status: 'FAILED', paid: false, refund_due: true });
  });

  it('does not end an order by the final decline of an attempt that has a successor', async () => {
    const order = await asked();
    await attempt(order.orderId, 2);
    expect(await outcomeOf(declined(order, { final: true }))).toBe('declined');
    expect(await row(order.orderId)).toMatchObject({ status: 'PAYMENT_PENDING' });
    expect(await statuses(order.orderId)).toEqual(['DECLINED', 'REQUESTED']);
  });

  it('records a refund once, after its capture only', async () => {
    const order = await asked();
    expect(await outcomeOf(refunded(order))).toBe('409 WRONG_STATE');
    await endOrders(serve.space.pool, [
      { orderId: order.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' },
    ]);
    expect(await outcomeOf(captured(order))).toBe('late');
    expect(await outcomeOf(refunded(order))).toBe('refunded');
    expect(await outcomeOf(refunded(order))).toBe('already');
    expect(await row(order.orderId)).toMatchObject({ refund_due: false, review_reason: null });
    expect(await statuses(order.orderId)).toEqual(['REFUNDED']);
    // The capture of what was given back changes nothing any more.
    expect(await outcomeOf(captured(order))).toBe('late');
    expect(await row(order.orderId)).toMatchObject({ refund_due: false });
  });

  it('hands a refund that nobody asked for, or of another amount, to a person', async () => {
    const [unasked, partial] = [await asked(), await asked()];
    for (const order of [unasked, partial]) {
      await report(captured(order));
      await confirmOrders(serve.space.pool, [order.orderId]);
    }
    expect(await outcomeOf(refunded(unasked, { idempotencyKey: undefined }))).toBe('review');
    expect(await statuses(unasked.orderId)).toEqual(['REFUNDED']);
    expect((await row(unasked.orderId))?.review_reason).toMatch(/without being asked/);
    const part = { amount: { amountMinor: 1_000, currency: 'EUR' } };
    expect(await outcomeOf(refunded(partial, part))).toBe('review');
    expect(await statuses(partial.orderId)).toEqual(['CAPTURED']);
    expect((await row(partial.orderId))?.review_reason).toMatch(/another amount/);
  });

  it('lets one payment of the provider count for one order only', async () => {
    const [first, second] = [await asked(), await asked()];
    const reference = `pay_${randomUUID()}`;
    expect(await outcomeOf(captured(first, { reference }))).toBe('captured');
    expect(await outcomeOf(captured(second, { reference }))).toBe('late');
    expect(await row(second.orderId)).toMatchObject({ paid: false });
    expect((await row(second.orderId))?.review_reason).toMatch(/belongs to order/);
  });

  it('answers 404 for what was never asked for, so that the provider goes on telling somebody', async () => {
    const unknown = { orderId: randomUUID(), userId: 'ann' };
    for (const event of [captured(unknown), declined(unknown), refunded(unknown)]) {
      const { status, body } = await report(event);
      expect([status, body.code]).toEqual([404, 'ORDER_NOT_FOUND']);
      expect(JSON.stringify(body)).not.toMatch(/select|pool|postgres|webhook-/i);
    }
    const order = await asked();
    expect(await outcomeOf(declined(order, { attempt: 7 }))).toBe('404 ORDER_NOT_FOUND');
  });

  describe('from nobody who may', () => {
    const long = (bytes: number) =>
      captured({ orderId: randomUUID(), userId: 'ann' }, { note: 'x'.repeat(bytes) });
    const now = () => Math.floor(Date.now() / 1_000);

    it.each([
      ['signed with another secret', { secrets: ['a-secret-that-nobody-has-agreed-on-0123456789'] }, 401],
      ['not signed', { headers: { 'webhook-signature': '' } }, 401],
      ['changed after it was signed', { tamperedBody: '{}' }, 401],
      ['signed for another event', { headers: { 'webhook-id': 'evt_other' } }, 401],
      ['signed ten minutes ago', { timestamp: now() - 600 }, 401],
      ['signed for in ten minutes', { timestamp: now() + 600 }, 401],
      ['sent as a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ])('an event %s changes nothing', async (_what, options: ReportOptions, expected) => {
      const order = await asked();
      const before = await row(order.orderId);
      expect((await report(captured(order), options)).status).toBe(expected);
      expect(await row(order.orderId)).toEqual(before);
      expect(await statuses(order.orderId)).toEqual(['REQUESTED']);
    });

    it('an event that is too large is not even verified', async () => {
      expect((await report(long(MAX_CALLBACK_BYTES))).status).toBe(413);
    });

    it.each([
      ['of another type', { type: 'payment.imagined' }],
      ['that names no order', { orderId: 'all of them' }],
      ['of no money', { amount: { amountMinor: 0, currency: 'EUR' } }],
      ['of half a cent', { amount: { amountMinor: 0.5, currency: 'EUR' } }],
      ['with a reference of 201 characters', { reference: 'r'.repeat(201) }],
      ['without its customer', { userId: undefined }],
      ['under attempt 0', { attempt: 0 }],
    ])('an event %s is refused, although it is signed', async (_what, given) => {
      const order = await asked();
      expect((await report(captured(order, given))).status).toBe(400);
      expect(await statuses(order.orderId)).toEqual(['REQUESTED']);
    });

    it("the shop's own signed call, sent back to it, is no event", async () => {
      const order = await asked();
      const { orderId, userId } = order;
      const call = { type: 'payment.request', orderId, attempt: 1, userId, amount: PRICE };
      expect((await report(call, { id: `${orderId}:1` })).status).toBe(400);
      expect(await row(orderId)).toMatchObject({ paid: false });
    });
  });

  it('takes events that are signed with either secret while one replaces another', async () => {
    for (const secrets of [[SECRET], [NEXT_SECRET], [NEXT_SECRET, SECRET]]) {
      const { status, body } = await report(captured(await asked()), { secrets });
      expect([status, body.outcome]).toEqual([200, 'captured']);
    }
  });

  it('answers other methods with 405, and counts results', async () => {
    const response = await fetch(`${serve.api}/payments/webhook`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    const metrics = await (await fetch(`${serve.admin}/metrics`)).text();
    for (const result of ['captured', 'already', 'UNAUTHENTICATED', 'ORDER_NOT_FOUND']) {
      expect(metrics).toMatch(new RegExp(`ordersctl_payment_callbacks_total{.*result="${result}".*} [1-9]`));
    }
  });
});

describe('POST /payments/webhook elsewhere', () => {
  let serve: ServeSpace;
  let provider: PaymentProvider;
  afterEach(async () => {
    await serve.close();
    await provider.close();
  });
  const event = () => ({
    ...{ type: 'payment.captured', orderId: randomUUID(), attempt: 1, userId: 'ann', reference: 'pay_1' },
    amount: PRICE,
  });

  it('is not there while no provider is configured', async () => {
    serve = await startServeSpace('no-callbacks');
    provider = await startPaymentProvider(SECRET);
    expect(await provider.report(serve.api, event())).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
  });

  it('answers 503 while Postgres is away, and takes the same event afterwards', async () => {
    serve = await startServeSpace('callbacks-away', { paymentSecret: SECRET });
    provider = await startPaymentProvider(SECRET);
    const url = new URL(serve.space.databaseUrl);
    const proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.host = `127.0.0.1:${proxy.port}`;
    const other = await startServe(serve.space, { databaseUrl: url.toString(), paymentSecret: SECRET });
    try {
      const { body } = await serve.buy(await serve.product(1), 1, { userId: 'ann' });
      const paid = { ...event(), orderId: body.orderId };
      proxy.cut();
      const refused = await provider.report(other.api, paid);
      expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      await waitFor(() => proxy.fired > 0, { what: 'the fault to fire' });
      proxy.resume();
      await waitFor(async () => (await provider.report(other.api, paid)).status === 200, {
        what: 'Postgres to be back',
      });
      expect(await findPayments(serve.space.pool, body.orderId as string)).toHaveLength(1);
    } finally {
      await other.stop();
      await proxy.close();
    }
  });
});

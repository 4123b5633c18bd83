/** Callbacks that are refused: by who signed them and when, by size and content, and by where they arrive. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { MAX_CALLBACK_BYTES } from '../../../src/server/payments/read-callback.js';
import type { ReportOptions } from '../../payments/payment-provider.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { startServe } from '../serve-space.js';
import {
  captured,
  createCallbackStand,
  declined,
  NEXT_SECRET,
  PRICE,
  refunded,
  SECRET,
  unknownOrder,
  type CallbackStand,
} from './callback-stand.js';

describe('POST /payments/webhook', () => {
  let stand: CallbackStand;
  beforeAll(async () => {
    stand = await createCallbackStand('callback-refusals');
  });
  afterAll(() => stand.close());

  it('answers 404 for what was never asked for, so that the provider goes on telling somebody', async () => {
    const unknown = unknownOrder();
    for (const event of [captured(unknown), declined(unknown), refunded(unknown)]) {
      const { status, body } = await stand.report(event);
      expect([status, body.code]).toEqual([404, 'ORDER_NOT_FOUND']);
      expect(JSON.stringify(body)).not.toMatch(/select|pool|postgres|webhook-/i);
    }
    const order = await stand.asked();
    expect(await stand.outcomeOf(declined(order, { attempt: 7 }))).toBe('404 ORDER_NOT_FOUND');
  });

  describe('from nobody who may', () => {
    const long = (bytes: number) => captured(unknownOrder(), { note: 'x'.repeat(bytes) });
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
      const order = await stand.asked();
      const before = await stand.row(order.orderId);
      expect((await stand.report(captured(order), options)).status).toBe(expected);
      expect(await stand.row(order.orderId)).toEqual(before);
      expect(await stand.statuses(order.orderId)).toEqual(['REQUESTED']);
    });

    it('an event that is too large is not even verified', async () => {
      expect((await stand.report(long(MAX_CALLBACK_BYTES))).status).toBe(413);
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
      const order = await stand.asked();
      expect((await stand.report(captured(order, given))).status).toBe(400);
      expect(await stand.statuses(order.orderId)).toEqual(['REQUESTED']);
    });

    it("the shop's own signed call, sent back to it, is no event", async () => {
      const order = await stand.asked();
      const { orderId, userId } = order;
      const call = { type: 'payment.request', orderId, attempt: 1, userId, amount: PRICE };
      expect((await stand.report(call, { id: `${orderId}:1` })).status).toBe(400);
      expect(await stand.row(orderId)).toMatchObject({ paid: false });
    });
  });

  it('takes events that are signed with either secret while one replaces another', async () => {
    for (const secrets of [[SECRET], [NEXT_SECRET], [NEXT_SECRET, SECRET]]) {
      const { status, body } = await stand.report(captured(await stand.asked()), { secrets });
      expect([status, body.outcome]).toEqual([200, 'captured']);
    }
  });

  it('answers other methods with 405, and counts results', async () => {
    const response = await fetch(`${stand.serve.api}/payments/webhook`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    const paid = captured(await stand.asked());
    for (const event of [paid, paid, captured(unknownOrder())]) await stand.report(event);
    await stand.report(paid, { headers: { 'webhook-signature': '' } });
    const metrics = await (await fetch(`${stand.serve.admin}/metrics`)).text();
    for (const result of ['captured', 'already', 'UNAUTHENTICATED', 'ORDER_NOT_FOUND']) {
      expect(metrics).toMatch(new RegExp(`ordersctl_payment_callbacks_total{.*result="${result}".*} [1-9]`));
    }
  });
});

describe('POST /payments/webhook elsewhere', () => {
  let stand: CallbackStand;
  afterEach(() => stand.close());

  it('is not there while no provider is configured', async () => {
    stand = await createCallbackStand('no-callbacks', {});
    expect(await stand.report(captured(unknownOrder()))).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
  });

  it('answers 503 while Postgres is away, and takes the same event afterwards', async () => {
    stand = await createCallbackStand('callbacks-away', { paymentSecret: SECRET });
    const { serve, provider } = stand;
    const url = new URL(serve.space.databaseUrl);
    const proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.host = `127.0.0.1:${proxy.port}`;
    const other = await startServe(serve.space, { databaseUrl: url.toString(), paymentSecret: SECRET });
    try {
      const { body } = await serve.buy(await serve.product(1), 1, { userId: 'ann' });
      const orderId = body.orderId as string;
      const paid = captured({ orderId, userId: 'ann' });
      proxy.cut();
      const refused = await provider.report(other.api, paid);
      expect(refused).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      await waitFor(() => proxy.fired > 0, { what: 'the fault to fire' });
      proxy.resume();
      await waitFor(async () => (await provider.report(other.api, paid)).status === 200, {
        what: 'Postgres to be back',
      });
      expect(await findPayments(serve.space.pool, orderId)).toHaveLength(1);
    } finally {
      await other.stop();
      await proxy.close();
    }
  });
});

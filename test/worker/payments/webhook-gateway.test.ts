import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { loadConfig } from '../../../src/core/config/load-config.js';
import { parseSigningSecrets } from '../../../src/core/payments/signing-secrets.js';
import { createGateway } from '../../../src/worker/payments/create-gateway.js';
import type { PaymentGateway } from '../../../src/worker/payments/gateway.js';
import { createWebhookGateway } from '../../../src/worker/payments/webhook-gateway.js';
import { startPaymentProvider, type PaymentProvider } from '../../payments/payment-provider.js';
import { own } from '../../support/owned.js';

const SECRET = 'the-secret-of-shop-and-provider-0123456789';
const AMOUNT = { amountMinor: 4_990, currency: 'EUR' };
const never = new AbortController().signal;
const request = (orderId = 'order-1', attempt = 1) => ({
  ...{ orderId, attempt, userId: 'ann', amount: AMOUNT },
  idempotencyKey: `${orderId}:${attempt}`,
});
const refundOf = (orderId: string) => ({
  ...{ orderId, reference: 'pay_1', amount: AMOUNT },
  idempotencyKey: `refund:${orderId}:1`,
});

describe('the webhook gateway', () => {
  let provider: PaymentProvider;
  const opened: { close?(): void }[] = [];
  const open = (url: string, given: { timeoutMs?: number; connections?: number; secret?: string } = {}) => {
    const { timeoutMs = 2_000, connections = 10, secret = SECRET } = given;
    const keys = parseSigningSecrets(secret);
    const gateway = createWebhookGateway({ url, keys, timeoutMs, connections }, createSilentLog());
    opened.push(gateway);
    return gateway;
  };
  beforeEach(async () => {
    provider = await startPaymentProvider(SECRET);
  });
  afterEach(async () => {
    for (const gateway of opened.splice(0)) gateway.close?.();
    await provider.close();
  });

  it('asks with what the order row says, signed, under the key of the attempt', async () => {
    const answer = await open(provider.url).requestPayment(request('order-1', 3), never);
    expect(answer).toMatchObject({ kind: 'captured', amount: AMOUNT });
    expect(provider.calls).toEqual([
      {
        key: 'order-1:3',
        asked: { type: 'payment.request', orderId: 'order-1', attempt: 3, userId: 'ann', amount: AMOUNT },
      },
    ]);
  });

  it('understands every decision about a payment', async () => {
    const gateway = open(provider.url);
    for (const [orderId, decision, kind] of [
      ['a', { status: 'requires-action' }, { kind: 'requires-action' }],
      [
        'b',
        { status: 'declined', final: true, code: 'stolen_card' },
        { kind: 'declined', final: true, code: 'stolen_card' },
      ],
      [
        'c',
        { status: 'declined', final: false, code: 'try_again' },
        { kind: 'declined', final: false, code: 'try_again' },
      ],
    ] as const) {
      provider.decide = () => decision;
      expect(await gateway.requestPayment(request(orderId), never)).toMatchObject(kind);
    }
  });

  it('hears the same decision again under the same key after a lost reply, and money moved once', async () => {
    const gateway = open(provider.url);
    provider.loseReplies = 1;
    await expect(gateway.requestPayment(request(), never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(provider.lost).toBe(1);
    const answer = await gateway.requestPayment(request(), never);
    expect(answer).toMatchObject({ kind: 'captured', reference: provider.captureOf('order-1').reference });
    expect(provider.taken('order-1')).toBe(AMOUNT.amountMinor);
  });

  it('gives money back once, and tells a refusal from an outage', async () => {
    const gateway = open(provider.url);
    provider.loseReplies = 1;
    await expect(gateway.refund(refundOf('a'), never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await gateway.refund(refundOf('a'), never)).toMatchObject({ kind: 'refunded' });
    expect(provider.refunded('a')).toBe(AMOUNT.amountMinor);
    provider.refuseRefunds = true;
    expect(await gateway.refund(refundOf('b'), never)).toEqual({ kind: 'refused', code: 'too_old' });
    provider.outage = 503;
    await expect(gateway.refund(refundOf('c'), never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it.each([429, 500, 502, 503, 504, 408, 409, 400, 401, 403, 404, 302, 204])(
    'decides nothing by status %i',
    async (status) => {
      provider.outage = status;
      await expect(open(provider.url).requestPayment(request(), never)).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        context: { status },
      });
    },
  );

  it.each([402, 422])('takes status %i for a decline that stays', async (status) => {
    provider.outage = status;
    const gateway = open(provider.url);
    const code = `http_${status}`;
    expect(await gateway.requestPayment(request(), never)).toEqual({ kind: 'declined', final: true, code });
    expect(await gateway.refund(refundOf('a'), never)).toEqual({ kind: 'refused', code });
  });

  it('is told which setting to look at when its signature is refused', async () => {
    const gateway = open(provider.url, { secret: 'a-secret-that-the-provider-does-not-know' });
    await expect(gateway.requestPayment(request(), never)).rejects.toMatchObject({
      hint: expect.stringContaining('ORDERSCTL_PAYMENT_SECRET') as string,
    });
    expect(provider.forged).toBe(1);
    expect(provider.calls).toEqual([]);
  });

  it('says so loudly, but not for every order that waits', async () => {
    const log = createSilentLog();
    const [error, warn] = [vi.spyOn(log, 'error'), vi.spyOn(log, 'warn')];
    const keys = parseSigningSecrets('a-secret-that-the-provider-does-not-know');
    const gateway = createWebhookGateway({ url: provider.url, keys, timeoutMs: 2_000, connections: 5 }, log);
    opened.push(gateway);
    const asked = Array.from({ length: 10 }, (_, n) => gateway.requestPayment(request(`o-${n}`), never));
    expect((await Promise.allSettled(asked)).every(({ status }) => status === 'rejected')).toBe(true);
    expect(error).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(error.mock.calls)).not.toContain('a-secret-that');
    expect(warn).not.toHaveBeenCalled();
  });

  it('waits no longer than it may, and for nobody who has gone', async () => {
    provider.delayMs = 5_000;
    const startedAt = performance.now();
    const hurried = open(provider.url, { timeoutMs: 200 });
    await expect(hurried.requestPayment(request(), never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const caller = new AbortController();
    const asked = open(provider.url).requestPayment(request('order-2'), caller.signal);
    caller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('uses no more connections than allowed, and the same ones again', async () => {
    const gateway = open(provider.url, { connections: 3 });
    for (let round = 0; round < 3; round += 1) {
      const orders = Array.from({ length: 20 }, (_, n) => `order-${round}-${n}`);
      await Promise.all(orders.map((orderId) => gateway.requestPayment(request(orderId), never)));
    }
    expect(provider.calls).toHaveLength(60);
    expect(provider.connections).toBeLessThanOrEqual(3);
  });

  it('fails when nobody listens, and works once somebody does', async () => {
    const { url } = provider;
    const gateway = open(url);
    await provider.close();
    await expect(gateway.requestPayment(request(), never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('the webhook gateway and a provider that talks nonsense', () => {
  let gateway: PaymentGateway;
  let close: () => Promise<void>;
  const answering = async (listener: RequestListener) => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const keys = parseSigningSecrets(SECRET);
    gateway = createWebhookGateway({ url, keys, timeoutMs: 2_000, connections: 1 }, createSilentLog());
    const disown = own('a provider that talks nonsense', () => close());
    close = async () => {
      disown();
      gateway.close?.();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
  };
  afterEach(() => close());

  it.each([
    ['no JSON', 'captured'],
    ['nothing', ''],
    ['an unknown status', '{"status":"maybe","reference":"r"}'],
    ['a capture without reference', '{"status":"captured","amount":{"amountMinor":4990,"currency":"EUR"}}'],
    ['a capture without amount', '{"status":"captured","reference":"r"}'],
    [
      'a capture of half a cent',
      '{"status":"captured","reference":"r","amount":{"amountMinor":0.5,"currency":"EUR"}}',
    ],
    ['a reference with a line break', '{"status":"requires-action","reference":"a\\nb"}'],
    ['a decline that does not say whether it stays', '{"status":"declined","code":"no"}'],
  ])('takes %s for no decision', async (_what, body) => {
    await answering((_request, response) => void response.end(body));
    await expect(gateway.requestPayment(request(), never)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'the payment gateway gave an answer that is not of the protocol',
    });
  });

  it('reads no answer without end', async () => {
    let sent = 0;
    await answering((_request, response) => {
      const send = () => {
        sent += 1;
        if (!response.destroyed && response.write('x'.repeat(8_192))) setImmediate(send);
        else response.once('drain', send);
      };
      send();
    });
    await expect(gateway.requestPayment(request(), never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(sent).toBeLessThan(2_000);
  });

  it('does not go where a redirect leads', async () => {
    let asked = 0;
    await answering((_request, response) => {
      asked += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await expect(gateway.requestPayment(request(), never)).rejects.toMatchObject({
      context: { status: 307 },
    });
    expect(asked).toBe(1);
  });
});

describe('createGateway', () => {
  const configOf = (flags: Parameters<typeof loadConfig>[0]['flags']) =>
    loadConfig({ flags: flags ?? {}, env: {}, cwd: '/nonexistent' }).config;
  const create = (flags: Parameters<typeof loadConfig>[0]['flags']) =>
    createGateway(configOf(flags), createSilentLog());

  it('makes the one that is named', () => {
    const gateway = create({
      payments: 'webhook',
      paymentUrl: 'https://pay.example/v1',
      paymentSecret: SECRET,
    });
    expect(gateway).toMatchObject({ name: 'webhook', quick: false });
    gateway.close?.();
    expect(create({ payments: 'simulated' })).toMatchObject({ name: 'simulated', quick: true });
  });

  it('names what is missing', () => {
    expect(() => create({})).toThrow(/ORDERSCTL_PAYMENTS/);
    expect(() => create({ payments: 'webhook' })).toThrow(
      /ORDERSCTL_PAYMENT_URL[^]*ORDERSCTL_PAYMENT_SECRET/,
    );
  });

  it.each([
    ['http://pay.example/v1', /https/],
    ['https://user:password@pay.example', /no user/],
    ['https://pay.example/?key=1', /query/],
    ['ftp://pay.example', /https/],
  ])('refuses to send money matters to %s', (paymentUrl, why) => {
    expect(() => configOf({ paymentUrl })).toThrow(why);
  });

  it('talks plain HTTP to this machine only, and never shows a bad secret', () => {
    expect(configOf({ paymentUrl: 'http://127.0.0.1:9/v1' }).paymentUrl).toBe('http://127.0.0.1:9/v1');
    try {
      configOf({ paymentSecret: 'sesame' });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).toMatch(/ORDERSCTL_PAYMENT_SECRET.*32 characters/);
      expect(String(error)).not.toContain('sesame');
    }
  });
});

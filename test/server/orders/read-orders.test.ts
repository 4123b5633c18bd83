import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServeSpace, type ServeSpace } from '../serve-space.js';

describe('reading orders', () => {
  let serve: ServeSpace;
  let productId: string;
  let orderId: string;
  beforeAll(async () => {
    serve = await startServeSpace('read');
    productId = await serve.product(100);
    orderId = (await serve.order(productId, 2, { userId: 'ada' })).body.orderId ?? '';
  });
  afterAll(() => serve.close());

  it('shows its owner the order with money, status and times, and nothing of the protocol', async () => {
    const answer = await serve.get(`/orders/${orderId}`, 'ada');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      orderId,
      status: 'PENDING',
      version: 1,
      productId,
      quantity: 2,
      unitPrice: { amountMinor: 4_990, currency: 'EUR' },
      amount: { amountMinor: 9_980, currency: 'EUR' },
      failureCode: null,
      payBy: null,
      refund: null,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      updatedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('etag')).toBeNull();
  });

  it('answers alike for an order of somebody else, an unknown id and what is no id', async () => {
    const answers = await Promise.all([
      serve.get(`/orders/${orderId}`, 'eve'),
      serve.get(`/orders/${randomUUID()}`, 'ada'),
      serve.get('/orders/not-an-id', 'ada'),
      serve.get("/orders/' or 1=1 --", 'ada'),
      serve.get(`/orders/${orderId}/events`, 'eve'),
      serve.get('/orders/%00/events', 'ada'),
    ]);
    for (const { status, body } of answers) {
      const { traceId: _, ...rest } = body;
      expect(status).toBe(404);
      expect(rest).toEqual({
        type: 'urn:ordersctl:problem:order-not-found',
        title: 'No such order',
        status: 404,
        code: 'ORDER_NOT_FOUND',
        detail: 'You have no order with this id.',
        retryable: false,
      });
    }
  });

  it('asks for a token before it says anything', async () => {
    for (const path of ['/orders', `/orders/${orderId}`, `/orders/${orderId}/events`]) {
      const response = await fetch(`${serve.api}${path}`);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      await response.body?.cancel();
    }
  });

  it('pages through all own orders, newest first, none twice and none left out', async () => {
    // Made in one batch: many orders share their time.
    const made = await Promise.all(
      Array.from({ length: 25 }, () => serve.order(productId, 1, { userId: 'bob' })),
    );
    await serve.order(productId, 1, { userId: 'eve' });
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await serve.get(`/orders?limit=10${cursor === '' ? '' : `&cursor=${cursor}`}`, 'bob');
      expect(page.status).toBe(200);
      seen.push(...(page.body['orders'] as { orderId: string }[]).map((order) => order.orderId));
      cursor = page.body['nextCursor'] as string | null;
    }
    expect([...seen].sort()).toEqual(made.map((answer) => answer.body.orderId).sort());
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'cursor=', 'page=2', 'limit=1&limit=2'])(
    'refuses the query %s',
    async (query) => {
      const answer = await serve.get(`/orders?${query}`, 'ada');
      expect([answer.status, answer.body.code]).toEqual([400, 'INPUT_INVALID']);
    },
  );

  it('lists what has happened to an order for those who do not ask for a stream', async () => {
    const answer = await serve.get(`/orders/${orderId}/events`, 'ada');
    expect(answer.body).toEqual({
      orderId,
      status: 'PENDING',
      version: 1,
      events: [{ version: 1, type: 'PENDING', occurredAt: expect.stringMatching(/Z$/) as string }],
    });
  });
});

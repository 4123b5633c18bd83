import { afterEach, describe, expect, it } from 'vitest';
import type { Buyer } from '../../../src/bench/load/crowd.js';
import { goShopping } from '../../../src/bench/load/go-shopping.js';
import { createApiClient } from '../../../src/bench/load/http-client.js';
import { json, openShop, type Reply, type Shop } from './shop.js';

let shop: Shop;
afterEach(() => shop.close());

const buyer: Buyer = {
  atMs: 0,
  userId: 'ann',
  productId: 'tee',
  quantity: 2,
  idempotencyKey: 'k1',
  habit: { kind: 'buys', repeat: 'never' },
};
const repeating = (repeat: 'double-click' | 'later') => ({ habit: { kind: 'buys', repeat } }) as const;
const signal = new AbortController().signal;

async function shopAt(reply: Reply, one: Partial<Buyer> = {}, read?: Reply) {
  shop = await openShop(reply, read);
  const client = createApiClient(shop.origin);
  try {
    const identify = (userId: string) => ({ Authorization: `Bearer token-of-${userId}` });
    const parts = { client, identify, forge: null, signal, foreignOrder: () => undefined };
    const shopping = await goShopping(parts, { ...buyer, ...one }, performance.now());
    return { ...shopping, purchase: shopping.purchases[0] };
  } finally {
    client.close();
  }
}
const take: Reply = (response) => json(response, 202, { orderId: 'o1', status: 'PENDING' });
const hangUp: Reply = (response) => response.destroy();
const inTurn =
  (...replies: readonly Reply[]): Reply =>
  (response, asked, nth) =>
    (replies[nth] ?? take)(response, asked, nth);

describe('a buyer', () => {
  it('orders with token and key, and reads the order at once', async () => {
    const { purchase, requests } = await shopAt(take);
    expect(purchase).toMatchObject({ kind: 'accepted', orderId: 'o1', readable: true });
    expect(requests).toBe(1);
    expect(shop.asked).toEqual([
      {
        method: 'POST',
        path: '/orders',
        key: 'k1',
        authorization: 'Bearer token-of-ann',
        body: '{"productId":"tee","quantity":2}',
      },
      { method: 'GET', path: '/orders/o1', key: undefined, authorization: 'Bearer token-of-ann', body: '' },
    ]);
  });

  it.each([
    ['404', (response: Parameters<Reply>[0]) => json(response, 404, { code: 'ORDER_NOT_FOUND' })],
    ['another order', (response: Parameters<Reply>[0]) => json(response, 200, { orderId: 'o2' })],
  ])('reports an order that is answered with %s right after its 202', async (_what, read) => {
    expect((await shopAt(take, {}, read)).purchase).toMatchObject({ kind: 'accepted', readable: false });
  });

  it('reads again when only the answer of the read was lost', async () => {
    const once: Reply = (response, { path }, nth) =>
      nth === 0 ? response.destroy() : json(response, 200, { orderId: path.split('/').at(-1) });
    expect((await shopAt(take, {}, once)).purchase).toMatchObject({ readable: true });
  });

  it('asks again with the same key when the answer was lost', async () => {
    const { purchase, requests } = await shopAt(inTurn(hangUp, hangUp, take));
    expect(purchase?.kind).toBe('accepted');
    expect(requests).toBe(3);
    expect(shop.asked.filter((one) => one.method === 'POST').map((one) => one.key)).toEqual([
      'k1',
      'k1',
      'k1',
    ]);
  });

  it('never asks again without a key when the answer was lost: it might order twice', async () => {
    const { purchase, requests, unaware } = await shopAt(hangUp, { idempotencyKey: null });
    expect(purchase).toEqual({ kind: 'unanswered', reason: 'ECONNRESET', waited: false });
    expect({ requests, unaware }).toEqual({ requests: 1, unaware: true });
  });

  it('comes back after 503, with or without a key, since nothing was taken', async () => {
    const busy: Reply = (response) => json(response, 503, { code: 'OVERLOADED' }, 0);
    for (const idempotencyKey of ['k1', null]) {
      const { purchase } = await shopAt(inTurn(busy, busy, take), { idempotencyKey });
      expect(purchase?.kind).toBe('accepted');
    }
  });

  it('takes no for an answer', async () => {
    const { purchase, requests } = await shopAt((response) => json(response, 409, { code: 'SOLD_OUT' }));
    expect({ purchase, requests }).toEqual({ purchase: { kind: 'refused', code: 'SOLD_OUT' }, requests: 1 });
  });

  it('names a refusal without a code by its status', async () => {
    const { purchase } = await shopAt((response) => void response.writeHead(418).end('teapot'));
    expect(purchase).toEqual({ kind: 'refused', code: 'HTTP_418' });
  });

  it.each(['double-click', 'later'] as const)(
    'finds out whether a repeat (%s) gave the same order',
    async (repeat) => {
      expect((await shopAt(take, repeating(repeat))).repeated).toBe('same');
      await shop.close();
      const another: Reply = (response, _asked, nth) => json(response, 202, { orderId: `o${nth}` });
      expect((await shopAt(another, repeating(repeat))).repeated).toBe('different');
    },
  );

  it('counts as accepted when one of two clicks was', async () => {
    const sold: Reply = (response) => json(response, 409, { code: 'SOLD_OUT' });
    const shopping = await shopAt(inTurn(sold, take), repeating('double-click'));
    expect(shopping).toMatchObject({ purchase: { kind: 'accepted' }, repeated: 'refused' });
  });

  it('may have an order without knowing it when a lost answer was followed by a refusal', async () => {
    const sold: Reply = (response) => json(response, 409, { code: 'SOLD_OUT' });
    expect(await shopAt(inTurn(hangUp, sold))).toMatchObject({
      purchase: { kind: 'refused', code: 'SOLD_OUT' },
      unaware: true,
    });
    await shop.close();
    expect(await shopAt(inTurn(hangUp, take))).toMatchObject({
      purchase: { kind: 'accepted' },
      unaware: false,
    });
    await shop.close();
    expect(await shopAt(sold)).toMatchObject({ unaware: false });
  });

  it('who hangs up and stays away may have an order, and does not know', async () => {
    const slow: Reply = () => undefined;
    const habit = { kind: 'abandons', afterMs: 5, returns: false } as const;
    const shopping = await shopAt(slow, { idempotencyKey: null, habit });
    expect(shopping).toMatchObject({ purchase: { kind: 'hung-up' }, unaware: true, requests: 1 });
  });

  it('who hangs up and comes again asks with the same key', async () => {
    const habit = { kind: 'abandons', afterMs: 5, returns: true } as const;
    const shopping = await shopAt(
      inTurn(() => undefined, take),
      { habit },
    );
    expect(shopping).toMatchObject({ purchase: { kind: 'accepted' }, unaware: false, requests: 2 });
    expect(shop.asked.filter((one) => one.method === 'POST').map((one) => one.key)).toEqual(['k1', 'k1']);
  });
});

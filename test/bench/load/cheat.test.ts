import { afterEach, describe, expect, it } from 'vitest';
import { playTrick, type PlayedTrick } from '../../../src/bench/load/cheat.js';
import type { Buyer, Trick } from '../../../src/bench/load/crowd.js';
import { createApiClient } from '../../../src/bench/load/http-client.js';
import { json, openShop, type Reply, type Shop } from './shop.js';

let shop: Shop;
afterEach(() => shop.close());

const buyer: Buyer = {
  atMs: 0,
  userId: 'mallory',
  productId: 'tee',
  quantity: 1,
  idempotencyKey: 'k1',
  habit: { kind: 'cheats', trick: 'own-price' },
};
const foreign = { orderId: 'of-ann', userId: 'ann', productId: 'tee', quantity: 1 };

async function play(trick: Trick, reply: Reply, read?: Reply): Promise<PlayedTrick> {
  shop = await openShop(reply, read);
  const client = createApiClient(shop.origin);
  const named = (name: string) => (userId: string) => ({ Authorization: `Bearer ${name}-${userId}` });
  const signal = new AbortController().signal;
  try {
    const parts = {
      ...{ client, signal },
      identify: named('real'),
      forge: named('forged'),
      foreignOrder: () => foreign,
    };
    return await playTrick(parts, buyer, trick, performance.now());
  } finally {
    client.close();
  }
}
const refuse =
  (status: number, code: string): Reply =>
  (response) =>
    json(response, status, { code });
const take: Reply = (response, _asked, nth) => json(response, 202, { orderId: `o${nth}` });

describe('a cheat', () => {
  it.each<[Trick, Reply, Partial<{ path: string; body: string; authorization: string }>]>([
    ['over-quantity', refuse(422, 'QUANTITY_LIMIT'), { body: '{"productId":"tee","quantity":4}' }],
    [
      'own-price',
      refuse(400, 'INPUT_INVALID'),
      { body: '{"productId":"tee","quantity":1,"unitPrice":{"amountMinor":1,"currency":"EUR"}}' },
    ],
    ['forged-token', refuse(401, 'UNAUTHENTICATED'), { authorization: 'Bearer forged-mallory' }],
    ['foreign-payment', refuse(404, 'ORDER_NOT_FOUND'), { path: '/orders/of-ann/payment' }],
    ['foreign-cancel', refuse(404, 'ORDER_NOT_FOUND'), { path: '/orders/of-ann/cancel' }],
  ])(
    '%s is turned away by a shop that refuses, and is caught when it does not',
    async (trick, reply, sent) => {
      expect((await play(trick, reply)).trick).toMatchObject({ name: trick, outcome: 'turned-away' });
      expect(shop.asked[0]).toMatchObject(sent);
      await shop.close();
      expect((await play(trick, take)).trick.outcome).toBe('succeeded');
    },
  );

  it('who reads a foreign order is caught by the answer', async () => {
    const read =
      (status: number): Reply =>
      (response) =>
        json(response, status, {});
    expect((await play('foreign-read', take, read(404))).trick.outcome).toBe('turned-away');
    await shop.close();
    expect((await play('foreign-read', take, read(200))).trick.outcome).toBe('succeeded');
  });

  it('who sends another body under the same key is caught when that is taken', async () => {
    const strict: Reply = (response, asked, nth) =>
      nth === 0 ? take(response, asked, nth) : json(response, 422, { code: 'KEY_REUSED' });
    const { trick, placed } = await play('other-body', strict);
    expect(trick.outcome).toBe('turned-away');
    expect(placed).toHaveLength(1);
    expect(shop.asked.filter(({ method }) => method === 'POST').map(({ key }) => key)).toEqual(['k1', 'k1']);
    await shop.close();
    expect((await play('other-body', take)).trick.outcome).toBe('succeeded');
  });

  it('who orders by several keys is caught with more units than a customer may have', async () => {
    const twice: Reply = (response, asked, nth) =>
      nth < 2 ? take(response, asked, nth) : json(response, 409, { code: 'CUSTOMER_LIMIT' });
    const { trick, placed } = await play('over-limit', twice);
    expect(trick.outcome).toBe('turned-away');
    expect(placed).toHaveLength(3);
    await shop.close();
    expect((await play('over-limit', take)).trick).toMatchObject({
      outcome: 'succeeded',
      seen: '9 units of 6',
    });
  });

  it('is not judged when there was nothing to try it on', async () => {
    const { trick } = await play('other-body', refuse(409, 'SOLD_OUT'));
    expect(trick.outcome).toBe('untried');
  });
});

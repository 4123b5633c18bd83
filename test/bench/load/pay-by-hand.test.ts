import { afterEach, describe, expect, it } from 'vitest';
import { createApiClient } from '../../../src/bench/load/http-client.js';
import { payByHand } from '../../../src/bench/load/pay-by-hand.js';
import { json, openShop, type Reply, type Shop } from './shop.js';

let shop: Shop;
afterEach(() => shop.close());

async function pay(inTime: boolean, order: () => object, reply: Reply) {
  shop = await openShop(reply, (response) => json(response, 200, order()));
  const client = createApiClient(shop.origin);
  try {
    const signal = new AbortController().signal;
    return await payByHand({ client, caller: {}, orderId: 'o1', inTime, signal });
  } finally {
    client.close();
  }
}
const pending = (ms: number) => {
  const payBy = new Date(Date.now() + ms).toISOString();
  return () => ({ status: 'PAYMENT_PENDING', payBy });
};
const take: Reply = (response) => json(response, 202, {});
const refuse: Reply = (response) => json(response, 409, { code: 'WRONG_STATE' });

describe('a buyer who pays by hand', () => {
  it('asks again while the first attempt is under way, and has paid with the 202', async () => {
    const inTurn: Reply = (response, asked, nth) => (nth === 0 ? refuse : take)(response, asked, nth);
    expect(await pay(true, pending(5_000), inTurn)).toBe('paid');
  });

  it('is too late when the time to pay is over', async () => {
    expect(await pay(false, pending(200), refuse)).toBe('too-late');
  });

  it('has nothing to pay when the order has ended otherwise', async () => {
    expect(await pay(true, () => ({ status: 'CONFIRMED' }), take)).toBe('unknown');
    expect(shop.asked.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

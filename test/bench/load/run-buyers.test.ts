import { afterEach, describe, expect, it } from 'vitest';
import type { Buyer } from '../../../src/bench/load/buyers-plan.js';
import { createApiClient, type ApiClient } from '../../../src/bench/load/http-client.js';
import { runBuyers } from '../../../src/bench/load/run-buyers.js';
import { createTally, sumOf } from '../../../src/bench/load/tally.js';
import { json, openShop, type Shop } from './shop.js';

let shop: Shop;
let client: ApiClient;
afterEach(async () => {
  client.close();
  await shop.close();
});

const plan = (count: number, everyMs: number): Buyer[] =>
  Array.from({ length: count }, (_, n) => ({
    atMs: n * everyMs,
    userId: `u${n}`,
    productId: 'tee',
    quantity: 1,
    idempotencyKey: null,
    repeat: 'never',
  }));
const token = () => Promise.resolve('t');

describe('buyers of a plan', () => {
  it('come when they are due although the shop has not served the ones before', async () => {
    const waiting: (() => void)[] = [];
    shop = await openShop((response) => {
      waiting.push(() => json(response, 409, { code: 'SOLD_OUT' }));
      // Nobody is served before the last has come: in a closed model that one never would.
      if (waiting.length === 20) for (const serve of waiting) serve();
    });
    client = createApiClient(shop.origin);
    const tally = createTally();
    await runBuyers({ client, token, signal: new AbortController().signal }, plan(20, 10), tally);
    expect(tally).toMatchObject({ buyers: 20, requests: 20, refused: { SOLD_OUT: 20 } });
    expect(sumOf(tally.unanswered)).toBe(0);
  });

  it('measure from the moment they were due, so that a late start counts as waiting', async () => {
    shop = await openShop((response) => void setTimeout(() => json(response, 202, { orderId: 'o' }), 60));
    client = createApiClient(shop.origin);
    const tally = createTally();
    await runBuyers({ client, token, signal: new AbortController().signal }, plan(3, 5), tally);
    expect(tally.accept.percentile(0.5)).toBeGreaterThanOrEqual(55);
  });

  it('go home when the sale is ended', async () => {
    shop = await openShop(() => undefined);
    client = createApiClient(shop.origin);
    const ending = new AbortController();
    const running = runBuyers({ client, token, signal: ending.signal }, plan(5, 60_000), createTally());
    ending.abort();
    await expect(running).rejects.toThrow(/abort/i);
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import type { Buyer, Crowd } from '../../../src/bench/load/crowd.js';
import { createApiClient, type ApiClient } from '../../../src/bench/load/http-client.js';
import { runCrowd } from '../../../src/bench/load/run-crowd.js';
import { createTally, sumOf } from '../../../src/bench/load/tally.js';
import { json, openShop, type Shop } from './shop.js';

let shop: Shop;
let client: ApiClient;
afterEach(async () => {
  client.close();
  await shop.close();
});

const crowdOf = (size: number, everyMs: number): Crowd => ({
  size,
  atMs: (number) => number * everyMs,
  buyer: (number): Buyer => ({
    atMs: number * everyMs,
    userId: `u${number}`,
    productId: 'tee',
    quantity: 1,
    idempotencyKey: null,
    habit: { kind: 'buys', repeat: 'never' },
  }),
});
const identify = () => ({ Authorization: 'Bearer t' });
const signal = new AbortController().signal;

describe('buyers of a crowd', () => {
  it('come when they are due although the shop has not served the ones before', async () => {
    const waiting: (() => void)[] = [];
    shop = await openShop((response) => {
      waiting.push(() => json(response, 409, { code: 'SOLD_OUT' }));
      // Nobody is served before the last has come: in a closed model that one never would.
      if (waiting.length === 20) for (const serve of waiting) serve();
    });
    client = createApiClient(shop.origin);
    const tally = createTally();
    await runCrowd({ client, identify, forge: null, signal }, crowdOf(20, 10), tally);
    expect(tally).toMatchObject({ buyers: 20, requests: 20, refused: { SOLD_OUT: 20 } });
    expect(sumOf(tally.unanswered)).toBe(0);
  });

  it('measure from the moment they were due, so that a late start counts as waiting', async () => {
    shop = await openShop((response) => void setTimeout(() => json(response, 202, { orderId: 'o' }), 60));
    client = createApiClient(shop.origin);
    const tally = createTally();
    await runCrowd({ client, identify, forge: null, signal }, crowdOf(3, 5), tally);
    expect(tally.accept.percentile(0.5)).toBeGreaterThanOrEqual(55);
    expect(tally.answer.percentile(0.5)).toBeGreaterThanOrEqual(55);
  });

  it('stay at home when the sale is closed, and those who wait go', async () => {
    shop = await openShop((response) => json(response, 503, { code: 'OVERLOADED' }, 60));
    client = createApiClient(shop.origin);
    const ending = new AbortController();
    const tally = createTally();
    const running = runCrowd(
      { client, identify, forge: null, signal: ending.signal },
      crowdOf(50, 200),
      tally,
    );
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (shop.asked.length < 2) return;
        clearInterval(look);
        resolve();
      }, 10);
    });
    ending.abort();
    await running;
    expect(tally.buyers).toBeLessThan(50);
    expect(tally.refused['OVERLOADED']).toBe(tally.buyers);
  });

  it('are served while more are due than can be sent in time', async () => {
    shop = await openShop((response) => json(response, 409, { code: 'SOLD_OUT' }));
    client = createApiClient(shop.origin);
    const tally = createTally();
    const crowd = crowdOf(800, 0);
    let servedBeforeTheLast = 0;
    const watched: Crowd = {
      ...crowd,
      buyer: (number) => {
        if (number === crowd.size - 1) servedBeforeTheLast = tally.buyers;
        return crowd.buyer(number);
      },
    };
    await runCrowd({ client, identify, forge: null, signal }, watched, tally);
    expect(servedBeforeTheLast).toBeGreaterThan(0);
    expect(tally.buyers).toBe(800);
  });

  it('take turns at the replicas of a shop', async () => {
    shop = await openShop((response) => json(response, 409, { code: 'SOLD_OUT' }));
    const other = await openShop((response) => json(response, 409, { code: 'SOLD_OUT' }));
    client = createApiClient(shop.origin, other.origin);
    await runCrowd({ client, identify, forge: null, signal }, crowdOf(10, 1), createTally());
    expect([shop.asked.length, other.asked.length]).toEqual([5, 5]);
    await other.close();
  });
});

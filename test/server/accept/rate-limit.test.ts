import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { startServe, type ServeSpace } from '../serve-space.js';

/** One comes back every 36 s: no test is so slow that it would count. */
const LIMITS = { rateLimitPerCustomer: '5/180s', rateLimitPerAddress: '100/1h' };

describe('rate limits', () => {
  let space: Space;
  let redis: TcpProxy;
  let serves: ServeSpace[];
  beforeAll(async () => {
    space = await createSpace('rate-limit');
    await space.topics();
    const url = new URL(space.config().redisUrl);
    redis = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(redis.port);
    serves = [
      await startServe(space, { ...LIMITS, redisUrl: url.href, trustedProxies: '127.0.0.1' }),
      await startServe(space, LIMITS),
      await startServe(space),
    ];
  });
  afterAll(async () => {
    for (const serve of serves) await serve.stop();
    await redis.close();
    await space.close();
  });
  const serve = (index: number) => serves[index] as ServeSpace;
  const from = (address: string) => ({ 'x-forwarded-for': address });

  it('hold over replicas, and a limited request changes nothing', async () => {
    const productId = await serve(0).product(100);
    const userId = randomUUID();
    const address = { headers: from('203.0.113.1') };
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => serve(n % 2).order(productId, 1, { userId, ...address })),
    );
    const limited = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 202).length).toBe(5);
    expect(limited.length).toBe(35);
    for (const { headers, body } of limited) {
      expect(body).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
      const seconds = Number(headers.get('retry-after'));
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(seconds).toBeLessThanOrEqual(36);
      expect(headers.get('ratelimit')).toBe(`"customer";r=0;t=${seconds}`);
      expect(headers.get('ratelimit-policy')).toBe('"customer";q=5;w=180, "address";q=100;w=3600');
    }
    expect(await serve(0).figures(productId)).toEqual({
      claimed: 5,
      orders: 5,
      available: 95,
      holds: 5,
      heldUnits: 5,
    });
  });

  it('tell an accepted buyer what is left', async () => {
    const productId = await serve(0).product(10);
    const [userId, headers] = [randomUUID(), from('203.0.113.2')];
    await serve(0).order(productId, 1, { userId, headers });
    const second = await serve(0).order(productId, 1, { userId, headers });
    expect(second.status).toBe(202);
    expect(second.headers.get('ratelimit')).toMatch(/^"customer";r=3;t=7\d, "address";r=98;t=7\d$/);
  });

  it('count an address that a trusted proxy names, for all its customers together', async () => {
    const productId = await serve(0).product(500);
    const orderFrom = (address: string) =>
      serve(0).order(productId, 1, { userId: randomUUID(), headers: from(address) });
    const answers = await Promise.all(Array.from({ length: 105 }, () => orderFrom('203.0.113.3')));
    expect(answers.filter(({ status }) => status === 202).length).toBe(100);
    const limited = answers.find(({ status }) => status === 429);
    expect(limited?.headers.get('ratelimit')).toMatch(/^"address";r=0;t=\d+$/);
    expect((await orderFrom('203.0.113.4')).status).toBe(202);
  });

  it('do not count what a caller says of itself', async () => {
    const productId = await serve(1).product(500);
    const orders = Array.from({ length: 105 }, (_, n) =>
      serve(1).order(productId, 1, { userId: randomUUID(), headers: from(`198.51.100.${n}`) }),
    );
    const statuses = (await Promise.all(orders)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(5);
  });

  it('refuse a limited caller without asking, and nobody is let in unasked', async () => {
    const productId = await serve(0).product(50);
    const [userId, headers] = [randomUUID(), from('203.0.113.5')];
    for (let n = 0; n < 6; n += 1) await serve(0).order(productId, 1, { userId, headers });
    const fired = redis.fired;
    redis.hold();
    const limited = await serve(0).order(productId, 1, { userId, headers });
    const other = await serve(0).order(productId, 1, { userId: randomUUID(), headers });
    redis.resume();
    expect([limited.status, other.status]).toEqual([429, 503]);
    expect(redis.fired).toBeGreaterThan(fired);
    expect(await serve(0).figures(productId)).toMatchObject({ orders: 5, holds: 5, available: 45 });
    // What was asked while Redis was silent has been counted, and no more.
    expect((await serve(0).buy(productId, 1, { userId: randomUUID(), headers })).status).toBe(202);
  });

  it('are off until they are configured', async () => {
    const productId = await serve(2).product(50);
    const answers = await Promise.all(Array.from({ length: 40 }, () => serve(2).order(productId, 1)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(answers[0]?.headers.get('ratelimit-policy')).toBeNull();
  });
});

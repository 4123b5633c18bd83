import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { startServe, type ServeSpace } from '../serve-space.js';

describe('with a Redis that fails', () => {
  let space: Space;
  let proxy: TcpProxy;
  let serve: ServeSpace;
  beforeAll(async () => {
    space = await createSpace('redis-faults');
    await space.topics();
    const url = new URL(space.config().redisUrl);
    proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    serve = await startServe(space, { redisUrl: url.href });
  });
  afterAll(async () => {
    await serve.close();
    await proxy.close();
  });

  it('takes one unit for an order whose reply from Redis was lost', async () => {
    const productId = await serve.product(10);
    const before = proxy.fired;
    const key = randomUUID();
    proxy.loseReplyTo(productId);
    const first = await serve.order(productId, 2, { key });
    const answer = first.status === 202 ? first : await serve.order(productId, 2, { key });
    expect(proxy.fired - before).toBe(1);
    expect(answer.status).toBe(202);
    expect(await serve.figures(productId)).toMatchObject({ claimed: 2, orders: 1, holds: 1, available: 8 });
  });

  it('answers 503 soon when Redis is silent, and one order when the key comes again', async () => {
    const productId = await serve.product(10);
    const key = randomUUID();
    proxy.hold();
    const startedAt = performance.now();
    const silent = await serve.order(productId, 1, { key });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(silent.body).toMatchObject({ status: 503, code: 'UNAVAILABLE', retryable: true });
    proxy.resume();
    const again = await serve.buy(productId, 1, { key });
    expect(again.status).toBe(202);
    expect(await serve.figures(productId)).toMatchObject({ claimed: 1, orders: 1, holds: 1, available: 9 });
  });
});

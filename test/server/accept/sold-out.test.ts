import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedStock } from '../../../src/core/catalog/seed-stock.js';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { startServe, type ServeSpace } from '../serve-space.js';

describe('a product that has sold out', () => {
  let space: Space;
  let redis: TcpProxy;
  let postgres: TcpProxy;
  let serve: ServeSpace;
  beforeAll(async () => {
    space = await createSpace('sold-out');
    await space.topics();
    const [redisUrl, databaseUrl] = [new URL(space.config().redisUrl), new URL(space.databaseUrl)];
    redis = await createTcpProxy({ host: redisUrl.hostname, port: Number(redisUrl.port) });
    postgres = await createTcpProxy({ host: databaseUrl.hostname, port: Number(databaseUrl.port) });
    redisUrl.port = String(redis.port);
    databaseUrl.port = String(postgres.port);
    serve = await startServe(space, { redisUrl: redisUrl.href, databaseUrl: databaseUrl.href });
  });
  afterAll(async () => {
    await serve.close();
    await redis.close();
    await postgres.close();
  });

  const order = (productId: string, quantity = 1, key?: string) =>
    serve.order(productId, quantity, key === undefined ? {} : { key });
  async function soldOutProduct(): Promise<string> {
    const productId = await serve.product(1);
    expect((await serve.buy(productId, 1)).status).toBe(202);
    return productId;
  }

  it('is refused while neither Redis nor Postgres gives an answer', async () => {
    const productId = await soldOutProduct();
    // The flag lives for a moment: on a slow machine it may be over before the stores have fallen silent.
    const refused = await waitFor(
      async () => {
        await order(productId);
        redis.hold();
        postgres.hold();
        try {
          const answer = await order(productId);
          return answer.status === 409 && answer;
        } finally {
          redis.resume();
          postgres.resume();
        }
      },
      { what: 'a refusal without the stores' },
    );
    expect(refused.body).toMatchObject({ code: 'SOLD_OUT', retryable: false });
    expect(await serve.figures(productId)).toMatchObject({ claimed: 1, orders: 1, holds: 1, available: 0 });
  });

  it('gives a repeated key its own order amid a flood, and a new key none', async () => {
    const productId = await serve.product(1);
    const key = randomUUID();
    const first = await serve.buy(productId, 1, { key });
    for (let round = 0; round < 10; round += 1) {
      const strangers = Array.from({ length: 20 }, (_, n) =>
        order(productId, 1, n % 2 === 0 ? undefined : randomUUID()),
      );
      const [repeated, torn, ...others] = await Promise.all([
        order(productId, 1, key),
        order(productId, 2, key),
        ...strangers,
      ]);
      expect([repeated.status, repeated.body.orderId]).toEqual([202, first.body.orderId]);
      expect(torn.body.code).toBe('KEY_REUSED');
      expect(new Set(others.map(({ body }) => body.code))).toEqual(new Set(['SOLD_OUT']));
    }
    expect(await serve.figures(productId)).toMatchObject({ claimed: 1, orders: 1, holds: 1, available: 0 });
  });

  it('sells the last unit to who wants one after who wanted more was refused', async () => {
    const productId = await serve.product(1);
    expect((await order(productId, 2)).body.code).toBe('SOLD_OUT');
    expect((await order(productId, 1)).status).toBe(202);
  });

  it('sells again within a moment after another process has restocked it, also to a key refused before', async () => {
    const productId = await soldOutProduct();
    const key = randomUUID();
    expect((await order(productId, 1, key)).body.code).toBe('SOLD_OUT');
    expect((await order(productId)).body.code).toBe('SOLD_OUT');
    await seedStock(
      { pool: space.pool, redis: space.redis, prefix: space.prefix },
      {
        operationId: randomUUID(),
        mode: 'add',
        rows: [{ productId, quantity: 2 }],
        closed: false,
        dryRun: false,
        actor: 'test',
        host: 'test',
      },
    );
    const answers = await waitFor(
      async () => {
        const answer = await order(productId);
        return answer.status === 202 && [answer, await order(productId, 1, key)];
      },
      { what: 'the product to sell again' },
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(await serve.figures(productId)).toMatchObject({ claimed: 3, orders: 3, available: 0 });
  });
});

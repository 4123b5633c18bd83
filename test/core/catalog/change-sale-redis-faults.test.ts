/** Changes of a sale while Redis is away, has other data than Postgres, or is being loaded. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { OPEN_TERMS } from '../../../src/core/catalog/effective-sale.js';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import { closeRedis, createRedis } from '../../../src/core/redis/create-redis.js';
import { setSale } from '../../../src/core/redis/set-sale.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';
import { createSaleStand, PAUSE, type SaleStand } from './sale-stand.js';

let stand: SaleStand;
beforeAll(async () => {
  stand = await createSaleStand('change-sale-redis-faults');
});
afterAll(() => stand.shop.space.close());

describe('when Redis', () => {
  it('is away, Postgres has the change, the report says so, and the same call again does the rest', async () => {
    const productId = await stand.sell();
    const { hostname, port } = new URL(inject('stack').redisUrl);
    const proxy = await createTcpProxy({ host: hostname, port: Number(port) });
    const redis = createRedis(
      {
        url: `redis://127.0.0.1:${proxy.port}`,
        purpose: 'operator',
        prefix: stand.shop.space.prefix,
        applicationName: 'test',
      },
      stand.shop.space.log,
    );
    try {
      proxy.cut();
      const away = await stand.change([productId], PAUSE, { redis });
      expect(proxy.fired).toBeGreaterThan(0);
      expect(away).toMatchObject({ unavailable: ['redis'], products: [{ outcome: 'changed', redis: null }] });
    } finally {
      await closeRedis(redis);
      await proxy.close();
    }
    expect(await stand.inPostgres(productId)).toMatchObject({ state: 'PAUSED' });
    expect(await stand.reserve(productId)).toBe('reserved');

    const again = await stand.change([productId], PAUSE);
    expect(again.products[0]).toMatchObject({ outcome: 'unchanged', revision: 1, redis: 'agrees' });
    expect(again).not.toHaveProperty('unavailable');
    expect(await stand.reserve(productId)).toBe('paused');
  });

  it('has lost the product, the report says so, and the load brings the rules', async () => {
    const productId = await stand.sell();
    await stand.shop.loseRedis();
    expect((await stand.change([productId], PAUSE)).products[0]).toMatchObject({
      outcome: 'changed',
      redis: 'not-loaded',
      selling: { state: 'not-loaded' },
    });
    await loadProduct(stand.shop.deps, productId);
    expect(await stand.reserve(productId)).toBe('paused');
  });

  it('works under another epoch, the report says that it sells nothing', async () => {
    const productId = await stand.sell();
    await stand.shop.space.pool.query('update stock set epoch = epoch + 1 where product_id = $1', [
      productId,
    ]);
    expect(
      (await stand.change([productId], { kind: 'set', change: { maxPerOrder: 9 } })).products[0],
    ).toMatchObject({
      redis: 'other-epoch',
      selling: { state: 'other-epoch' },
    });
  });

  it.each([
    ['a later revision', 50, 51],
    ['other rules under the same revision', 1, 2],
  ])(
    'has %s because Postgres lost commits, the change gets through all the same',
    async (_what, has, gets) => {
      const productId = await stand.sell();
      await stand.change([productId], PAUSE);
      const { redis, prefix } = stand.shop.space;
      await redis.hdel(`${prefix}:sale:{${productId}}`, 'revision');
      await setSale(redis, prefix, { productId, ...OPEN_TERMS, revision: has });
      expect(await stand.reserve(productId)).toBe('reserved');

      expect((await stand.change([productId], PAUSE)).products[0]).toMatchObject({
        revision: gets,
        redis: 'agrees',
      });
      expect(await stand.reserve(productId)).toBe('paused');
    },
  );

  it('is loaded anew at the same time, no load brings back what was paused', async () => {
    const productId = await stand.sell();
    let paused = false;
    const loads = async () => {
      for (let n = 0; n < 12; n += 1) await loadProduct(stand.shop.deps, productId);
    };
    const kinds = new Set<string>();
    const buyers = async () => {
      for (let n = 0; n < 300; n += 1) {
        // Asked before the reserve: what comes after the return must not get through.
        const comesAfter = paused;
        const kind = await stand.reserve(productId);
        if (comesAfter) kinds.add(kind);
      }
    };
    const pause = async () => {
      await stand.change([productId], PAUSE);
      paused = true;
    };
    await Promise.all([loads(), buyers(), pause()]);
    expect([...kinds].filter((kind) => kind !== 'paused' && kind !== 'not-loaded')).toEqual([]);
    await loadProduct(stand.shop.deps, productId);
    expect(await stand.reserve(productId)).toBe('paused');
  });
});

/** Units that are added and removed in mid-sale: once, also when a run was cut off, and while buyers take theirs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedStock } from '../../../src/core/catalog/seed-stock.js';
import { closeRedis, createRedis } from '../../../src/core/redis/create-redis.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { sweepAbandonedHolds } from '../../../src/core/sweeps/sweep-holds.js';
import { freePort } from '../../support/pipeline.js';
import { CLEAN, createShop, type Shop } from './shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('seed-stock-add-remove');
});
afterAll(() => shop.space.close());

describe('add and remove', () => {
  it('count once under one operation id, however often they are retried', async () => {
    const productId = shop.newProductId();
    await shop.open(productId, 10);
    const restock = { mode: 'add', operationId: 'restock-1' } as const;
    expect((await shop.seed(productId, 5, restock)).products[0]).toMatchObject({
      before: 10,
      seeded: 15,
      redis: 'adjusted',
    });
    expect((await shop.seed(productId, 5, restock)).products[0]).toMatchObject({
      outcome: 'unchanged',
      redis: 'in-step',
    });
    await shop.seed(productId, 3, { mode: 'remove', operationId: 'shrink-1' });
    expect(await shop.totals(productId)).toMatchObject({ available: 12 });
    expect(await shop.audit(productId)).toMatchObject({ seeded: 12, redisAvailable: 12, ...CLEAN });
  });

  it('reach Redis on the retry when the first run ended between Postgres and Redis', async () => {
    const productId = shop.newProductId();
    await shop.open(productId, 10);
    const nowhere = createRedis(
      { url: `redis://127.0.0.1:${await freePort()}`, purpose: 'operator', applicationName: 'test' },
      shop.space.log,
    );
    const request = {
      operationId: 'restock-2',
      mode: 'add',
      rows: [{ productId, quantity: 5 }],
      closed: false,
      dryRun: false,
      actor: 'ada',
      host: 'test',
    } as const;
    const cut = await seedStock({ ...shop.deps, redis: nowhere }, request);
    await closeRedis(nowhere);
    expect(cut).toMatchObject({
      unavailable: ['redis'],
      products: [{ outcome: 'changed', seeded: 15, redis: null }],
    });
    expect(await shop.totals(productId)).toMatchObject({ available: 10 });

    const retried = await seedStock(shop.deps, request);
    expect(retried.products[0]).toMatchObject({ outcome: 'unchanged', redis: 'adjusted' });
    expect(await shop.audit(productId)).toMatchObject({ available: 15, redisAvailable: 15, ...CLEAN });
  });

  it('keep the counter right while buyers reserve, order and give back', async () => {
    const productId = shop.newProductId();
    await shop.open(productId, 60);
    const release = createRelease(shop.space.redis, shop.space.prefix);
    const buyers = Array.from({ length: 150 }, async (_, buyer) => {
      const order = await shop.place(productId, { userId: `buyer-${buyer}` }).catch(() => undefined);
      if (!order || buyer % 3 > 0) return;
      await shop.end(order);
      await release(order.hold);
    });
    const operators = Array.from({ length: 8 }, (_, n) =>
      n % 2 === 0
        ? shop.seed(productId, 10, { mode: 'add', operationId: `wave-${n >> 2}` })
        : shop.seed(productId, 1, { mode: 'remove', operationId: `out-${n}` }).catch(() => undefined),
    );
    await Promise.all([...buyers, ...operators]);
    // Units that were removed while in flight: Postgres refused their orders, the sweep gives the holds back.
    await sweepAbandonedHolds({ ...shop.deps, log: shop.space.log }, { olderThanMs: 0, limit: 1_000 });

    const audited = await shop.audit(productId);
    expect(audited).toMatchObject({ inFlight: 0, ...CLEAN });
    expect(audited.redisAvailable).toBe(audited.available);
  });
});

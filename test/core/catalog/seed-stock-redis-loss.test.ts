/** The same seeding once more brings back to Redis what it has lost, beside buyers and other operators. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putSale } from '../../../src/core/postgres/put-sale.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { CLEAN, createShop, type Shop } from './shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('seed-stock-redis-loss');
});
afterAll(() => shop.space.close());

describe('after Redis lost its data', () => {
  it('loads an unchanged product again: counter, holds of live orders and customers', async () => {
    const productId = shop.newProductId();
    await shop.open(productId, 20);
    await putSale(shop.space.pool, [productId], { maxPerCustomer: 6 });
    await shop.seed(productId, 20);
    const live = await shop.place(productId, { quantity: 3, userId: 'eve' });
    const sold = await shop.place(productId, { quantity: 2, userId: 'eve' });
    await shop.confirm(sold);
    const ended = await shop.place(productId, { quantity: 4, userId: 'eve' }).catch(() => undefined);
    expect(ended).toBeUndefined();
    const inFlight = await shop.hold(productId, { quantity: 5, userId: 'mia' });

    await shop.loseRedis();
    await expect(shop.hold(productId)).rejects.toThrow('not-loaded');
    expect((await shop.seed(productId, 20)).products[0]).toMatchObject({
      outcome: 'unchanged',
      redis: 'loaded',
    });

    expect(await shop.audit(productId)).toMatchObject({
      available: 15,
      redisAvailable: 15,
      inFlight: 0,
      ...CLEAN,
    });
    expect(await shop.totals(productId)).toMatchObject({ holds: 1, heldUnits: 3 });
    await expect(shop.hold(productId, { userId: 'eve', quantity: 2 })).rejects.toThrow('customer-limit');

    // I12: the hold that was lost must not become an order without units in Redis.
    expect(await shop.accept(inFlight)).toMatchObject({ kind: 'stale' });
    const again = await shop.hold(productId, { ...inFlight });
    expect((await shop.accept(again)).kind).toBe('new');

    await shop.end(live);
    expect(await createRelease(shop.space.redis, shop.space.prefix)(live.hold)).toBe('released');
    expect(await shop.audit(productId)).toMatchObject({
      available: 13,
      redisAvailable: 13,
      inFlight: 0,
      ...CLEAN,
    });
  });

  it('loads it once when several operators try at the same time as buyers', async () => {
    const productId = shop.newProductId();
    await shop.open(productId, 50);
    await shop.place(productId, { quantity: 7 });
    await shop.loseRedis();
    const buyers = Array.from({ length: 60 }, () => shop.place(productId).catch(() => undefined));
    const reports = await Promise.all([1, 2, 3].map(() => shop.seed(productId, 50)));
    await Promise.all(buyers);

    expect(reports.flatMap((report) => report.products).every((one) => one.redis !== null)).toBe(true);
    const audited = await shop.audit(productId);
    expect(audited).toMatchObject(CLEAN);
    expect(await shop.place(productId)).toBeDefined();
  });

  it('asks release to wait while it is under way, so that the load brings no ended hold back', async () => {
    const productId = shop.newProductId();
    await shop.open(productId, 10);
    const order = await shop.place(productId, { quantity: 2 });
    await shop.end(order);
    await shop.loseRedis();
    const release = createRelease(shop.space.redis, shop.space.prefix);
    await expect(release(order.hold)).rejects.toMatchObject({ code: 'REBUILDING' });
    await shop.seed(productId, 10);
    expect(await release(order.hold)).toBe('already');
    expect(await shop.audit(productId)).toMatchObject({ available: 10, redisAvailable: 10, ...CLEAN });
  });

  it('loads it under a higher epoch than an older copy of Redis has', async () => {
    const productId = shop.newProductId();
    await shop.open(productId, 10);
    await shop.space.pool.query('update stock set epoch = 1 where product_id = $1', [productId]);
    await shop.space.redis.hset(`${shop.space.prefix}:sale:{${productId}}`, 'epoch', 40);
    expect((await shop.seed(productId, 10)).products[0]?.redis).toBe('loaded');
    expect((await shop.totals(productId)).epoch).toBe(41);
    await shop.place(productId);
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditProducts } from '../../../src/core/catalog/audit.js';
import { closeRedis, createRedis } from '../../../src/core/redis/create-redis.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { freePort } from '../../support/pipeline.js';
import { createShop, type Shop } from './shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('audit');
});
afterAll(() => shop.space.close());

const stockKey = (productId: string) => `${shop.space.prefix}:stock:{${productId}}`;
const auditAll = (redis = shop.space.redis) =>
  auditProducts({ pool: shop.space.pool, redis, prefix: shop.space.prefix });

it('accounts for every unit: available, held, sold, and in flight between the stores', async () => {
  await shop.open('tee', 100);
  await shop.confirm(await shop.place('tee', { quantity: 10 }));
  await shop.place('tee', { quantity: 7 });
  await shop.hold('tee', { quantity: 3 });
  const ended = await shop.place('tee', { quantity: 5 });
  await shop.end(ended);

  expect(await auditAll()).toMatchObject({
    ok: true,
    products: [
      {
        productId: 'tee',
        seeded: 100,
        available: 83,
        held: 7,
        sold: 10,
        redisAvailable: 75,
        inFlight: 8,
        drift: 0,
        problem: null,
        moving: false,
      },
    ],
  });
});

it('finds units that leaked, in either direction, and a product that Redis does not hold', async () => {
  await shop.open('leak', 10);
  await shop.space.redis.decrby(stockKey('leak'), 2);
  expect(await shop.audit('leak')).toMatchObject({ drift: -2, problem: 'drift' });
  await shop.space.redis.incrby(stockKey('leak'), 5);
  expect(await shop.audit('leak')).toMatchObject({ drift: 3, problem: 'drift' });
  await shop.space.redis.del(stockKey('leak'));
  expect(await shop.audit('leak')).toMatchObject({
    redisAvailable: null,
    inFlight: null,
    drift: null,
    problem: 'not-loaded',
  });
  expect((await auditAll()).ok).toBe(false);
});

it('finds a live order whose hold is gone from Redis together with its decrement', async () => {
  await shop.open('older-copy', 10);
  const { hold } = await shop.place('older-copy', { quantity: 4 });
  await createRelease(shop.space.redis, shop.space.prefix)(hold);
  expect(await shop.audit('older-copy')).toMatchObject({
    available: 6,
    redisAvailable: 10,
    drift: 4,
    problem: 'drift',
  });
});

it('finds orders that do not add up to the claimed units', async () => {
  await shop.open('unbalanced', 10);
  await shop.place('unbalanced', { quantity: 4 });
  await shop.space.pool.query(`update stock set claimed = 3 where product_id = 'unbalanced'`);
  expect(await shop.audit('unbalanced')).toMatchObject({
    seeded: 10,
    available: 7,
    held: 4,
    problem: 'unbalanced',
  });
});

it('finds a product whose orders are all refused because Redis works under another epoch', async () => {
  await shop.open('fenced', 10);
  await shop.space.pool.query(`update stock set epoch = epoch + 1 where product_id = 'fenced'`);
  expect(await shop.audit('fenced')).toMatchObject({ drift: 0, problem: 'other-epoch' });
});

it('raises no false alarm during a sale', async () => {
  await shop.open('busy', 5_000);
  const release = createRelease(shop.space.redis, shop.space.prefix);
  let selling = true;
  let orders = 0;
  const buyers = Array.from({ length: 8 }, async (_, buyer) => {
    while (selling) {
      const order = await shop.place('busy', { userId: `buyer-${buyer}` });
      orders += 1;
      if (orders % 2 === 0) continue;
      await shop.end(order);
      await release(order.hold);
    }
  });
  const audits = [];
  for (let n = 0; n < 3; n += 1) audits.push(await shop.audit('busy'));
  selling = false;
  await Promise.all(buyers);

  expect(orders).toBeGreaterThan(50);
  expect(audits.map((audit) => audit.problem)).toEqual(audits.map(() => null));
  expect(await shop.audit('busy')).toMatchObject({ inFlight: 0, drift: 0, problem: null, moving: false });
});

it('still answers from Postgres when Redis is away, and says so', async () => {
  const url = `redis://127.0.0.1:${await freePort()}`;
  const nowhere = createRedis({ url, purpose: 'operator', applicationName: 'test' }, shop.space.log);
  const report = await auditAll(nowhere);
  await closeRedis(nowhere);
  expect(report).toMatchObject({ ok: false, unavailable: ['redis'] });
  expect(report.products.find((product) => product.productId === 'tee')).toMatchObject({
    seeded: 100,
    available: 83,
    redisAvailable: null,
    drift: null,
    problem: null,
  });
});

it('does not know a product that was never seeded', async () => {
  await expect(shop.audit('nope')).rejects.toMatchObject({ code: 'PRODUCT_NOT_FOUND' });
});

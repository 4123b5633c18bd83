import { afterAll, beforeAll, expect, it } from 'vitest';
import { syncProducts } from '../../../src/core/catalog/sync-products.js';
import { createPool, type Pool } from '../../../src/core/postgres/create-pool.js';
import { createShop, type Shop } from './shop.js';

const PRODUCTS = 30;

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('sync');
});
afterAll(() => shop.space.close());

const productIds = Array.from({ length: PRODUCTS }, (_, n) => `product-${n}`);

async function withPool<T>(max: number, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool({ url: shop.space.databaseUrl, applicationName: 'few', max }, shop.space.log);
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

it('loads many products at once on few connections, each once', async () => {
  const rows = productIds.map((productId) => ({ productId, quantity: 7 }));
  const { products } = await shop.seed('', 0, { rows });
  expect(new Set(products.map((product) => product.redis))).toEqual(new Set(['loaded']));

  for (const connections of [2, 4]) {
    await shop.loseRedis();
    const synced = await withPool(connections, (pool) => syncProducts({ ...shop.deps, pool }, productIds));
    expect(synced.map((one) => one.outcome)).toEqual(productIds.map(() => 'loaded'));
  }
  for (const productId of productIds) expect(await shop.totals(productId)).toMatchObject({ available: 7 });
});

it('loads each product once however many do it at the same time', async () => {
  await shop.loseRedis();
  const before = await epochs();
  const synced = await Promise.all(
    Array.from({ length: 3 }, () => withPool(4, (pool) => syncProducts({ ...shop.deps, pool }, productIds))),
  );
  const outcomes = synced.flat().map((one) => one.outcome);
  expect(outcomes.filter((outcome) => outcome === 'loaded').length).toBeGreaterThanOrEqual(PRODUCTS);
  expect(await epochs()).toEqual(before.map((epoch) => epoch + 1));
});

async function epochs(): Promise<number[]> {
  const { rows } = await shop.space.pool.query<{ epoch: string }>(
    'select epoch from stock order by product_id',
  );
  return rows.map((row) => Number(row.epoch));
}

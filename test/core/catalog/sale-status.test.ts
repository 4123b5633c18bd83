import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { changeSale } from '../../../src/core/catalog/change-sale.js';
import { OPEN_TERMS } from '../../../src/core/catalog/effective-sale.js';
import type { SaleTermsChange } from '../../../src/core/catalog/plan-sale-change.js';
import { saleStatus } from '../../../src/core/catalog/sale-status.js';
import { putSale } from '../../../src/core/postgres/put-sale.js';
import { setSale } from '../../../src/core/redis/set-sale.js';
import { createShop, type Shop } from './shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('sale-status');
});
afterAll(() => shop.space.close());

async function sell(quantity = 10): Promise<string> {
  const productId = `p-${randomUUID().slice(0, 8)}`;
  await shop.open(productId, quantity);
  return productId;
}
const set = (productId: string, change: SaleTermsChange) =>
  changeSale(shop.deps, {
    productIds: [productId],
    intent: { kind: 'set', change },
    dryRun: false,
    actor: 'ada',
    host: 'test',
  });
const statusOf = async (productId: string) => {
  const report = await saleStatus(shop.deps, [productId]);
  return { ok: report.ok, ...report.products[0] };
};

it('tells state, limits, units and revisions of a sale that Redis has', async () => {
  const productId = await sell();
  expect(await statusOf(productId)).toMatchObject({
    ok: true,
    selling: { state: 'open' },
    terms: { state: 'OPEN', maxPerOrder: null },
    revision: null,
    redisRevision: null,
    redis: 'agrees',
  });
  await set(productId, { maxPerOrder: 2 });
  await shop.place(productId, { quantity: 2 });
  expect(await statusOf(productId)).toMatchObject({
    ok: true,
    terms: { maxPerOrder: 2 },
    revision: 1,
    redisRevision: 1,
    redis: 'agrees',
    units: { seeded: 10, available: 8 },
    redisAvailable: 8,
  });
});

it('tells what the window makes of an open sale', async () => {
  const productId = await sell();
  const opensAt = new Date(Date.now() + 3_600_000);
  await set(productId, { opensAt });
  expect((await statusOf(productId)).selling).toEqual({ state: 'opens-later', opensAt });
  await set(productId, { opensAt: null, closesAt: { inMs: 0 } });
  expect(await statusOf(productId)).toMatchObject({ terms: { state: 'OPEN' }, selling: { state: 'closed' } });
});

it('tells a sold-out product from one that sells', async () => {
  const productId = await sell(1);
  await shop.place(productId);
  expect((await statusOf(productId)).selling).toEqual({ state: 'sold-out' });
});

it('finds Redis behind, and tells what buyers meet, which are the rules of Redis', async () => {
  const productId = await sell();
  await putSale(shop.space.pool, [productId], { state: 'PAUSED' });
  expect(await statusOf(productId)).toMatchObject({
    ok: false,
    terms: { state: 'PAUSED' },
    selling: { state: 'open' },
    revision: 1,
    redisRevision: null,
    redis: 'behind',
  });
});

it('does not call it apart when a change is just under way', async () => {
  const productId = await sell();
  const [sale] = await putSale(shop.space.pool, [productId], { state: 'PAUSED' });
  if (!sale) throw new Error('no sale');
  const { redis, prefix } = shop.space;
  // The other half of the change comes between the first look and the second.
  const looking = Object.create(shop.deps.pool) as typeof shop.deps.pool;
  let statements = 0;
  looking.query = async (...args) => {
    statements += 1;
    if (statements === 3) await setSale(redis, prefix, sale);
    return shop.deps.pool.query(...args);
  };
  expect(await saleStatus({ ...shop.deps, pool: looking }, [productId])).toMatchObject({
    ok: true,
    products: [{ redis: 'agrees', selling: { state: 'paused' } }],
  });
  expect(statements).toBeGreaterThan(3);
});

it('finds rules in Redis that Postgres does not know', async () => {
  const productId = await sell();
  await setSale(shop.space.redis, shop.space.prefix, {
    productId,
    ...OPEN_TERMS,
    state: 'CLOSED',
    revision: 7,
  });
  expect(await statusOf(productId)).toMatchObject({
    ok: false,
    redis: 'ahead',
    redisRevision: 7,
    selling: { state: 'closed' },
  });
});

it('tells a product that Redis lost, one under another epoch, and one without stock', async () => {
  const [lost, other] = [await sell(), await sell()];
  const unstocked = `p-${randomUUID().slice(0, 8)}`;
  await shop.space.pool.query(`insert into products (product_id, name) values ($1, $1)`, [unstocked]);
  await shop.space.redis.unlink(`${shop.space.prefix}:stock:{${lost}}`);
  await shop.space.pool.query('update stock set epoch = epoch + 1 where product_id = $1', [other]);
  expect(await statusOf(lost)).toMatchObject({
    ok: false,
    redis: 'not-loaded',
    selling: { state: 'not-loaded' },
  });
  expect(await statusOf(other)).toMatchObject({
    ok: false,
    redis: 'other-epoch',
    selling: { state: 'other-epoch' },
  });
  expect(await statusOf(unstocked)).toMatchObject({
    ok: true,
    redis: 'no-stock',
    selling: { state: 'no-stock' },
  });
});

it('shows all products sorted, and refuses one that does not exist', async () => {
  await sell();
  const ids = (await saleStatus(shop.deps)).products.map((product) => product.productId);
  expect(ids.length).toBeGreaterThan(1);
  expect(ids).toEqual([...ids].sort());
  await expect(saleStatus(shop.deps, ['no-such'])).rejects.toMatchObject({ code: 'PRODUCT_NOT_FOUND' });
});

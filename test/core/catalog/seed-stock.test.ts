/** What a seeding changes, what it refuses, and what it tells and keeps on record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import { findProducts } from '../../../src/core/postgres/find-products.js';
import { putSale } from '../../../src/core/postgres/put-sale.js';
import { CLEAN, createShop, type Shop } from './shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('seed-stock');
});
afterAll(() => shop.space.close());

const actions = async () =>
  (await shop.space.pool.query<{ n: string }>('select count(*) as n from operator_actions')).rows[0]?.n;

describe('a first load', () => {
  it('says that the product sells once the price is there, in either order', async () => {
    const [stockFirst, priceFirst] = [shop.newProductId(), shop.newProductId()];
    expect((await shop.seed(stockFirst, 5)).products[0]).toEqual({
      productId: stockFirst,
      before: null,
      seeded: 5,
      claimed: 0,
      outcome: 'created',
      redis: 'loaded',
      selling: { state: 'no-price' },
    });
    expect((await shop.price(stockFirst)).products[0]?.selling).toEqual({ state: 'open' });
    expect((await shop.price(priceFirst)).products[0]?.selling).toEqual({ state: 'no-stock' });
    expect((await shop.seed(priceFirst, 5)).products[0]?.selling).toEqual({ state: 'open' });
    for (const productId of [stockFirst, priceFirst]) await shop.place(productId);
  });

  it('with --closed sells nothing, however it is ordered with the price', async () => {
    const productId = shop.newProductId();
    await shop.price(productId);
    const report = await shop.seed(productId, 5, { closed: true });
    expect(report.products[0]?.selling).toEqual({ state: 'closed' });
    await expect(shop.hold(productId)).rejects.toThrow('closed');
    const before = await findProducts(shop.space.pool, [productId]);
    await shop.seed(productId, 5, { closed: true });
    expect(await findProducts(shop.space.pool, [productId])).toEqual(before);
  });

  it('takes effect for a sale with a window that was set before', async () => {
    const productId = shop.newProductId();
    await shop.price(productId);
    const opensAt = new Date(Date.now() + 3_600_000);
    await putSale(shop.space.pool, [productId], { opensAt, maxPerOrder: 2 });
    expect((await shop.seed(productId, 5)).products[0]?.selling).toEqual({ state: 'opens-later', opensAt });
    await expect(shop.hold(productId)).rejects.toThrow('not-open-yet');
  });
});

it('changes nothing when run twice, also while units are held and sold', async () => {
  const productId = shop.newProductId();
  await shop.open(productId, 10);
  await shop.hold(productId, { quantity: 2 });
  await shop.confirm(await shop.place(productId, { quantity: 3 }));
  const [before, recorded] = [await shop.totals(productId), await actions()];

  expect((await shop.seed(productId, 10)).products[0]).toMatchObject({
    outcome: 'unchanged',
    redis: 'in-step',
  });

  expect(await shop.totals(productId)).toEqual(before);
  expect(await actions()).toBe(recorded);
  expect(await shop.audit(productId)).toMatchObject({
    available: 7,
    redisAvailable: 5,
    inFlight: 2,
    ...CLEAN,
  });
});

it('changes nothing in a dry run, and says what would be', async () => {
  const productId = shop.newProductId();
  const report = await shop.seed(productId, 10, { dryRun: true, closed: true });
  expect(report).toMatchObject({
    dryRun: true,
    products: [{ outcome: 'created', seeded: 10, redis: null, selling: { state: 'closed' } }],
  });
  expect(await findProducts(shop.space.pool, [productId])).toEqual([]);
  expect(await shop.totals(productId)).toMatchObject({ available: null, epoch: null });
});

describe('refusals name each row and change nothing', () => {
  it('a level in the middle of a sale, unless --replace says that it is meant', async () => {
    const productId = shop.newProductId();
    const other = shop.newProductId();
    await shop.open(productId, 10);
    await shop.place(productId, { quantity: 4 });
    const rows = [
      { productId: other, quantity: 1, line: 2 },
      { productId, quantity: 20, line: 3 },
    ];
    await expect(shop.seed(productId, 0, { rows })).rejects.toMatchObject({
      code: 'REFUSED',
      exitCode: 4,
      message: expect.stringContaining(`line 3: ${productId}: 4 of its 10 units are claimed`) as string,
    });
    expect(await findProducts(shop.space.pool, [other])).toEqual([]);

    await shop.seed(productId, 20, { mode: 'replace' });
    expect(await shop.audit(productId)).toMatchObject({
      seeded: 20,
      available: 16,
      redisAvailable: 16,
      ...CLEAN,
    });
  });

  it('fewer units than are claimed', async () => {
    const productId = shop.newProductId();
    await shop.open(productId, 10);
    await shop.place(productId, { quantity: 4 });
    for (const change of [
      { mode: 'replace', n: 3 },
      { mode: 'remove', n: 7 },
    ] as const) {
      const seeding = shop.seed(productId, change.n, { mode: change.mode });
      await expect(seeding).rejects.toMatchObject({ code: 'REFUSED' });
    }
    expect(await shop.audit(productId)).toMatchObject({ seeded: 10, redisAvailable: 6, ...CLEAN });
  });

  it('an operation id that meant something else', async () => {
    const productId = shop.newProductId();
    await shop.seed(productId, 10);
    await shop.seed(productId, 5, { mode: 'add', operationId: 'once' });
    const again = shop.seed(productId, 6, { mode: 'add', operationId: 'once' });
    await expect(again).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining('"once"') as string,
    });
    expect(await shop.totals(productId)).toMatchObject({ available: 15 });
  });
});

it('says that a product without stock cannot be loaded', async () => {
  const productId = shop.newProductId();
  await shop.price(productId);
  expect(await loadProduct(shop.deps, productId)).toBe('no-stock');
});

it('records who changed what, and why', async () => {
  const productId = shop.newProductId();
  await shop.seed(productId, 3, { reason: 'first delivery' });
  const { rows } = await shop.space.pool.query<{ actor: string; reason: string; result: unknown }>(
    `select actor, reason, result from operator_actions where command = 'seed-stock' order by action_id desc limit 1`,
  );
  expect(rows[0]).toEqual({
    actor: 'ada',
    reason: 'first delivery',
    result: { changed: [{ productId, before: null, seeded: 3 }], changes: 1, closed: 0 },
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedPrices } from '../../../src/core/catalog/seed-prices.js';
import { seedStock } from '../../../src/core/catalog/seed-stock.js';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import { sweepAbandonedHolds } from '../../../src/core/sweeps/sweep-holds.js';
import { findProducts } from '../../../src/core/postgres/find-products.js';
import { putSale } from '../../../src/core/postgres/put-sale.js';
import { closeRedis, createRedis } from '../../../src/core/redis/create-redis.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { freePort } from '../../support/pipeline.js';
import { createShop, type Shop } from './shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('seed-stock');
});
afterAll(() => shop.space.close());

let products = 0;
const fresh = () => `product-${(products += 1)}`;
const clean = { drift: 0, problem: null };
const price = (productId: string) =>
  seedPrices(shop.deps, {
    rows: [{ productId, price: { amountMinor: 4990, currency: 'EUR' } }],
    dryRun: false,
    actor: 'ada',
    host: 'test',
  });
const actions = async () =>
  (await shop.space.pool.query<{ n: string }>('select count(*) as n from operator_actions')).rows[0]?.n;

describe('a first load', () => {
  it('says that the product sells once the price is there, in either order', async () => {
    const [stockFirst, priceFirst] = [fresh(), fresh()];
    expect((await shop.seed(stockFirst, 5)).products[0]).toEqual({
      productId: stockFirst,
      before: null,
      seeded: 5,
      claimed: 0,
      outcome: 'created',
      redis: 'loaded',
      selling: { state: 'no-price' },
    });
    expect((await price(stockFirst)).products[0]?.selling).toEqual({ state: 'open' });
    expect((await price(priceFirst)).products[0]?.selling).toEqual({ state: 'no-stock' });
    expect((await shop.seed(priceFirst, 5)).products[0]?.selling).toEqual({ state: 'open' });
    for (const productId of [stockFirst, priceFirst]) await shop.place(productId);
  });

  it('with --closed sells nothing, however it is ordered with the price', async () => {
    const productId = fresh();
    await price(productId);
    const report = await shop.seed(productId, 5, { closed: true });
    expect(report.products[0]?.selling).toEqual({ state: 'closed' });
    await expect(shop.hold(productId)).rejects.toThrow('closed');
    const before = await findProducts(shop.space.pool, [productId]);
    await shop.seed(productId, 5, { closed: true });
    expect(await findProducts(shop.space.pool, [productId])).toEqual(before);
  });

  it('takes effect for a sale with a window that was set before', async () => {
    const productId = fresh();
    await price(productId);
    const opensAt = new Date(Date.now() + 3_600_000);
    await putSale(shop.space.pool, [productId], { opensAt, maxPerOrder: 2 });
    expect((await shop.seed(productId, 5)).products[0]?.selling).toEqual({ state: 'opens-later', opensAt });
    await expect(shop.hold(productId)).rejects.toThrow('not-open-yet');
  });
});

it('changes nothing when run twice, also while units are held and sold', async () => {
  const productId = fresh();
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
    ...clean,
  });
});

it('changes nothing in a dry run, and says what would be', async () => {
  const productId = fresh();
  const report = await shop.seed(productId, 10, { dryRun: true, closed: true });
  expect(report).toMatchObject({
    dryRun: true,
    products: [{ outcome: 'created', seeded: 10, redis: null, selling: { state: 'closed' } }],
  });
  expect(await findProducts(shop.space.pool, [productId])).toEqual([]);
  expect(await shop.totals(productId)).toMatchObject({ available: null, epoch: null });
});

describe('add and remove', () => {
  it('count once under one operation id, however often they are retried', async () => {
    const productId = fresh();
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
    expect(await shop.audit(productId)).toMatchObject({ seeded: 12, redisAvailable: 12, ...clean });
  });

  it('reach Redis on the retry when the first run ended between Postgres and Redis', async () => {
    const productId = fresh();
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
    expect(await shop.audit(productId)).toMatchObject({ available: 15, redisAvailable: 15, ...clean });
  });

  it('keep the counter right while buyers reserve, order and give back', async () => {
    const productId = fresh();
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
    expect(audited).toMatchObject({ inFlight: 0, ...clean });
    expect(audited.redisAvailable).toBe(audited.available);
  });
});

describe('refusals name each row and change nothing', () => {
  it('a level in the middle of a sale, unless --replace says that it is meant', async () => {
    const productId = fresh();
    const other = fresh();
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
      ...clean,
    });
  });

  it('fewer units than are claimed', async () => {
    const productId = fresh();
    await shop.open(productId, 10);
    await shop.place(productId, { quantity: 4 });
    for (const change of [
      { mode: 'replace', n: 3 },
      { mode: 'remove', n: 7 },
    ] as const) {
      const seeding = shop.seed(productId, change.n, { mode: change.mode });
      await expect(seeding).rejects.toMatchObject({ code: 'REFUSED' });
    }
    expect(await shop.audit(productId)).toMatchObject({ seeded: 10, redisAvailable: 6, ...clean });
  });

  it('an operation id that meant something else', async () => {
    const productId = fresh();
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

describe('after Redis lost its data', () => {
  it('loads an unchanged product again: counter, holds of live orders and customers', async () => {
    const productId = fresh();
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
      ...clean,
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
      ...clean,
    });
  });

  it('loads it once when several operators try at the same time as buyers', async () => {
    const productId = fresh();
    await shop.open(productId, 50);
    await shop.place(productId, { quantity: 7 });
    await shop.loseRedis();
    const buyers = Array.from({ length: 60 }, () => shop.place(productId).catch(() => undefined));
    const reports = await Promise.all([1, 2, 3].map(() => shop.seed(productId, 50)));
    await Promise.all(buyers);

    expect(reports.flatMap((report) => report.products).every((one) => one.redis !== null)).toBe(true);
    const audited = await shop.audit(productId);
    expect(audited).toMatchObject(clean);
    expect(await shop.place(productId)).toBeDefined();
  });

  it('asks release to wait while it is under way, so that the load brings no ended hold back', async () => {
    const productId = fresh();
    await shop.open(productId, 10);
    const order = await shop.place(productId, { quantity: 2 });
    await shop.end(order);
    await shop.loseRedis();
    const release = createRelease(shop.space.redis, shop.space.prefix);
    await expect(release(order.hold)).rejects.toMatchObject({ code: 'REBUILDING' });
    await shop.seed(productId, 10);
    expect(await release(order.hold)).toBe('already');
    expect(await shop.audit(productId)).toMatchObject({ available: 10, redisAvailable: 10, ...clean });
  });

  it('loads it under a higher epoch than an older copy of Redis has', async () => {
    const productId = fresh();
    await shop.open(productId, 10);
    await shop.space.pool.query('update stock set epoch = 1 where product_id = $1', [productId]);
    await shop.space.redis.hset(`${shop.space.prefix}:sale:{${productId}}`, 'epoch', 40);
    expect((await shop.seed(productId, 10)).products[0]?.redis).toBe('loaded');
    expect((await shop.totals(productId)).epoch).toBe(41);
    await shop.place(productId);
  });
});

it('says that a product without stock cannot be loaded', async () => {
  const productId = fresh();
  await price(productId);
  expect(await loadProduct(shop.deps, productId)).toBe('no-stock');
});

it('records who changed what, and why', async () => {
  const productId = fresh();
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

import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeSale, type ChangeSaleRequest } from '../../../src/core/catalog/change-sale.js';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import type { SaleIntent } from '../../../src/core/catalog/plan-sale-change.js';
import { findProducts } from '../../../src/core/postgres/find-products.js';
import { closeRedis, createRedis } from '../../../src/core/redis/create-redis.js';
import { readSale } from '../../../src/core/redis/read-sale.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { setSale } from '../../../src/core/redis/set-sale.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { createShop, type Shop } from './shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('change-sale');
});
afterAll(() => shop.space.close());

const PAUSE: SaleIntent = { kind: 'pause' };
const OPEN: SaleIntent = { kind: 'open', evenClosed: true };

const change = (
  productIds: readonly string[] | undefined,
  intent: SaleIntent,
  more: Partial<ChangeSaleRequest> = {},
) => changeSale(shop.deps, { productIds, intent, dryRun: false, actor: 'ada', host: 'test', ...more });
const inPostgres = async (productId: string) => (await findProducts(shop.space.pool, [productId]))[0]?.sale;
const inRedis = (productId: string) => readSale(shop.space.redis, shop.space.prefix, productId);
const reserve = async (productId: string, quantity = 1) => {
  const reservation = {
    reservationId: randomUUID(),
    productId,
    userId: randomUUID(),
    quantity,
    bodyHash: 'b',
  };
  return (await createReserve(shop.space.redis, shop.space.prefix)(reservation)).kind;
};
async function sell(quantity = 100): Promise<string> {
  const productId = `p-${randomUUID().slice(0, 8)}`;
  await shop.open(productId, quantity);
  return productId;
}
const actions = async (productId: string) => {
  const { rows } = await shop.space.pool.query<{ command: string; reason: string; result: unknown }>(
    `select actor, command, arguments, reason, result from operator_actions
     where result->'changed'->0->>'productId' = $1 order by action_id`,
    [productId],
  );
  return rows.filter((row) => row.command.startsWith('sale'));
};

describe('a change of a sale', () => {
  it('is effective with the next reserve, in Postgres and Redis under one revision and the same epoch', async () => {
    const productId = await sell();
    const { epoch } = await inRedis(productId);
    expect(await reserve(productId)).toBe('reserved');
    const report = await change([productId], PAUSE);
    expect(report.products[0]).toMatchObject({
      outcome: 'changed',
      before: { state: 'OPEN' },
      after: { state: 'PAUSED' },
      revision: 1,
      redis: 'agrees',
      selling: { state: 'paused' },
    });
    expect(await reserve(productId)).toBe('paused');
    expect(await inPostgres(productId)).toMatchObject({ state: 'PAUSED', revision: 1 });
    expect(await inRedis(productId)).toMatchObject({ rules: { state: 'PAUSED', revision: 1 }, epoch });

    const limits = { maxPerOrder: 2, maxPerCustomer: 3 };
    await change([productId], { kind: 'set', change: { state: 'OPEN', ...limits } });
    expect(await reserve(productId, 3)).toBe('quantity-limit');
    expect(await inRedis(productId)).toMatchObject({
      rules: { state: 'OPEN', ...limits, revision: 2 },
      epoch,
    });
  });

  it('leaves accepted orders as they are', async () => {
    const productId = await sell();
    const order = await shop.place(productId);
    await change([productId], { kind: 'close' });
    await shop.confirm(order);
    expect(await shop.audit(productId)).toMatchObject({ sold: 1, problem: null });
  });

  it('is done once: the second time nothing changes, not even the revision, and no action is recorded', async () => {
    const productId = await sell();
    await change([productId], PAUSE, { reason: 'wrong price' });
    expect((await change([productId], PAUSE)).products[0]).toMatchObject({
      outcome: 'unchanged',
      revision: 1,
    });
    expect(await actions(productId)).toEqual([
      {
        actor: 'ada',
        command: 'sale pause',
        arguments: { products: [productId] },
        reason: 'wrong price',
        result: {
          changes: 1,
          changed: [
            expect.objectContaining({
              productId,
              before: expect.objectContaining({ state: 'OPEN' }) as unknown,
              after: expect.objectContaining({ state: 'PAUSED' }) as unknown,
            }),
          ],
        },
      },
    ]);
  });

  it('shows in a dry run what would be and changes nothing anywhere', async () => {
    const productId = await sell();
    const report = await change([productId], PAUSE, { dryRun: true });
    expect(report).toMatchObject({
      dryRun: true,
      products: [{ outcome: 'changed', after: { state: 'PAUSED' }, revision: null, redis: null }],
    });
    expect([await inPostgres(productId), (await inRedis(productId)).rules]).toEqual([null, null]);
    expect(await reserve(productId)).toBe('reserved');
    expect(await actions(productId)).toEqual([]);
  });

  it('is made of all products or none', async () => {
    const productId = await sell();
    await expect(change([productId, 'no-such'], PAUSE)).rejects.toMatchObject({ code: 'PRODUCT_NOT_FOUND' });
    const window = { opensAt: new Date('2031-01-01'), closesAt: new Date('2030-01-01') };
    await expect(change([productId], { kind: 'set', change: window })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(await inPostgres(productId)).toBeNull();
    expect(await reserve(productId)).toBe('reserved');
  });

  it('reckons a time from now by the clock of Redis', async () => {
    const productId = await sell();
    const before = (await inRedis(productId)).now.getTime();
    const [product] = (await change([productId], { kind: 'set', change: { opensAt: { inMs: 3_600_000 } } }))
      .products;
    const after = (await inRedis(productId)).now.getTime();
    const opensAt = product?.after.opensAt?.getTime() ?? 0;
    expect(opensAt).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(opensAt).toBeLessThanOrEqual(after + 3_600_000);
    expect(product?.selling).toEqual({ state: 'opens-later', opensAt: new Date(opensAt) });
  });

  it('can come before the stock: the product then never sells for a moment', async () => {
    const productId = `p-${randomUUID().slice(0, 8)}`;
    await shop.space.pool.query(`insert into products (product_id, name) values ($1, $1)`, [productId]);
    expect((await change([productId], PAUSE)).products[0]).toMatchObject({
      redis: 'no-stock',
      selling: { state: 'paused' },
    });
    await shop.open(productId, 5);
    expect(await reserve(productId)).toBe('paused');
  });
});

describe('of two operators at once', () => {
  it('the later change stays, in Postgres and in Redis alike, whatever order they arrive in', async () => {
    const productId = await sell();
    const limits = Array.from({ length: 24 }, (_, n) => n + 1);
    const reports = await Promise.all(
      limits.map((maxPerCustomer) => change([productId], { kind: 'set', change: { maxPerCustomer } })),
    );
    const revisions = reports.map((report) => report.products[0]?.revision ?? 0);
    expect([...revisions].sort((a, b) => a - b)).toEqual(limits);
    const last = reports[revisions.indexOf(24)]?.products[0]?.after.maxPerCustomer;
    expect(await inPostgres(productId)).toMatchObject({ maxPerCustomer: last, revision: 24 });
    expect((await inRedis(productId)).rules).toMatchObject({ maxPerCustomer: last, revision: 24 });
    for (const report of reports) expect(report.products[0]?.redis).toBe('agrees');
  });

  it('the one whose write to Redis comes last, but who was first in Postgres, undoes nothing', async () => {
    const productId = await sell();
    const { redis } = shop.deps;
    const late = Object.create(redis) as typeof redis & { setSale: (...args: unknown[]) => Promise<unknown> };
    const setLater = late.setSale.bind(redis);
    let arrives: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (arrives = resolve));
    let fired = false;
    late.setSale = async (...args) => {
      fired = true;
      await held;
      return setLater(...args);
    };
    const request = { productIds: [productId], intent: PAUSE, dryRun: false, actor: 'ada', host: 'test' };
    const first = changeSale({ ...shop.deps, redis: late }, request);
    await waitFor(() => fired, { what: 'the first operator to be on the way to Redis' });
    await change([productId], OPEN);
    arrives();
    expect((await first).products[0]).toMatchObject({
      after: { state: 'PAUSED' },
      revision: 1,
      redis: 'agrees',
      selling: { state: 'open' },
    });
    expect((await inRedis(productId)).rules).toMatchObject({ state: 'OPEN', revision: 2 });
    expect(await reserve(productId)).toBe('reserved');
  });

  it('neither undoes what the other has set, for both plan from what is there when they write', async () => {
    const productId = await sell();
    const opensAt = new Date('2090-01-01T00:00:00Z');
    const closesAt = new Date('2090-01-02T00:00:00Z');
    for (let maxPerOrder = 1; maxPerOrder <= 6; maxPerOrder += 1) {
      const changes = [{ opensAt }, { closesAt }, { maxPerOrder }, { maxPerCustomer: maxPerOrder + 1 }];
      await Promise.all(changes.map((terms) => change([productId], { kind: 'set', change: terms })));
      const expected = { opensAt, closesAt, maxPerOrder, maxPerCustomer: maxPerOrder + 1 };
      expect(await inPostgres(productId)).toMatchObject(expected);
      expect((await inRedis(productId)).rules).toMatchObject(expected);
      await change([productId], { kind: 'set', change: { opensAt: null, closesAt: null } });
    }
  });

  it('neither waits for the other for ever, whichever products they name in whichever order', async () => {
    const products = await Promise.all([sell(), sell(), sell()]);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 3 === 0
          ? shop.seed(products[n % 2] ?? '', 100, { closed: true })
          : change(n % 2 === 0 ? products : [...products].reverse(), n % 3 === 1 ? PAUSE : OPEN),
      ),
    );
    for (const productId of products) {
      const sale = await inPostgres(productId);
      expect((await inRedis(productId)).rules).toMatchObject({
        state: sale?.state,
        revision: sale?.revision,
      });
    }
  });
});

describe('all products', () => {
  it('open again after a pause, except those that were closed before', async () => {
    const [sold, over] = [await sell(), await sell()];
    await change([over], { kind: 'close' });
    await change(undefined, PAUSE);
    expect([await reserve(sold), await reserve(over)]).toEqual(['paused', 'closed']);
    const { products } = await change(undefined, { kind: 'open', evenClosed: false });
    const outcomes = new Map(products.map((product) => [product.productId, product.outcome]));
    expect([outcomes.get(sold), outcomes.get(over)]).toEqual(['changed', 'left-closed']);
    expect([await reserve(sold), await reserve(over)]).toEqual(['reserved', 'closed']);
    await change([over], OPEN);
    expect(await reserve(over)).toBe('reserved');
  });
});

describe('when Redis', () => {
  it('is away, Postgres has the change, the report says so, and the same call again does the rest', async () => {
    const productId = await sell();
    const { hostname, port } = new URL(inject('stack').redisUrl);
    const proxy = await createTcpProxy({ host: hostname, port: Number(port) });
    const redis = createRedis(
      {
        url: `redis://127.0.0.1:${proxy.port}`,
        purpose: 'operator',
        prefix: shop.space.prefix,
        applicationName: 'test',
      },
      shop.space.log,
    );
    try {
      proxy.cut();
      const away = await changeSale(
        { ...shop.deps, redis },
        { productIds: [productId], intent: PAUSE, dryRun: false, actor: 'ada', host: 'test' },
      );
      expect(proxy.fired).toBeGreaterThan(0);
      expect(away).toMatchObject({ unavailable: ['redis'], products: [{ outcome: 'changed', redis: null }] });
    } finally {
      await closeRedis(redis);
      await proxy.close();
    }
    expect(await inPostgres(productId)).toMatchObject({ state: 'PAUSED' });
    expect(await reserve(productId)).toBe('reserved');

    const again = await change([productId], PAUSE);
    expect(again.products[0]).toMatchObject({ outcome: 'unchanged', revision: 1, redis: 'agrees' });
    expect(again).not.toHaveProperty('unavailable');
    expect(await reserve(productId)).toBe('paused');
  });

  it('has lost the product, the report says so, and the load brings the rules', async () => {
    const productId = await sell();
    await shop.loseRedis();
    expect((await change([productId], PAUSE)).products[0]).toMatchObject({
      outcome: 'changed',
      redis: 'not-loaded',
      selling: { state: 'not-loaded' },
    });
    await loadProduct(shop.deps, productId);
    expect(await reserve(productId)).toBe('paused');
  });

  it('works under another epoch, the report says that it sells nothing', async () => {
    const productId = await sell();
    await shop.space.pool.query('update stock set epoch = epoch + 1 where product_id = $1', [productId]);
    expect(
      (await change([productId], { kind: 'set', change: { maxPerOrder: 9 } })).products[0],
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
      const productId = await sell();
      await change([productId], PAUSE);
      const { redis, prefix } = shop.space;
      await redis.hdel(`${prefix}:sale:{${productId}}`, 'revision');
      const rules = {
        state: 'OPEN',
        opensAt: null,
        closesAt: null,
        maxPerOrder: null,
        maxPerCustomer: null,
      } as const;
      await setSale(redis, prefix, { productId, ...rules, revision: has });
      expect(await reserve(productId)).toBe('reserved');

      expect((await change([productId], PAUSE)).products[0]).toMatchObject({
        revision: gets,
        redis: 'agrees',
      });
      expect(await reserve(productId)).toBe('paused');
    },
  );

  it('is loaded anew at the same time, no load brings back what was paused', async () => {
    const productId = await sell();
    let paused = false;
    const loads = async () => {
      for (let n = 0; n < 12; n += 1) await loadProduct(shop.deps, productId);
    };
    const kinds = new Set<string>();
    const buyers = async () => {
      for (let n = 0; n < 300; n += 1) {
        // Asked before the reserve: what comes after the return must not get through.
        const comesAfter = paused;
        const kind = await reserve(productId);
        if (comesAfter) kinds.add(kind);
      }
    };
    const pause = async () => {
      await change([productId], PAUSE);
      paused = true;
    };
    await Promise.all([loads(), buyers(), pause()]);
    expect([...kinds].filter((kind) => kind !== 'paused' && kind !== 'not-loaded')).toEqual([]);
    await loadProduct(shop.deps, productId);
    expect(await reserve(productId)).toBe('paused');
  });
});

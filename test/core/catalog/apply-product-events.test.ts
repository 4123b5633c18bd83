import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyProductEvents } from '../../../src/core/catalog/apply-product-events.js';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import type { ProductEvent } from '../../../src/core/catalog/product-event.js';
import { seedPrices } from '../../../src/core/catalog/seed-prices.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findProducts } from '../../../src/core/postgres/find-products.js';
import { closeRedis, createRedis } from '../../../src/core/redis/create-redis.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';
import { createShop, type Shop } from './shop.js';

let shop: Shop;
let sold = 0;
beforeAll(async () => {
  shop = await createShop('product-events');
});
afterAll(() => shop.space.close());

/** A second ago unless told otherwise; events made later happened later. */
let clock = Date.now() - 60_000;
const event = (productId: string, change: Partial<ProductEvent> = {}): ProductEvent => {
  clock += 1;
  const made = {
    productId,
    eventType: 'PRICE_UPDATED',
    occurredAt: new Date(clock),
    name: undefined,
    price: change.eventType === 'DEACTIVATED' ? undefined : { text: '49.90', currency: 'EUR' },
    active: undefined,
    ...change,
  } as const;
  return { ...made, digest: randomUUID() };
};
const price = (text: string) => ({ price: { text, currency: undefined } });
const apply = async (...events: ProductEvent[]) => {
  const outcomes = await applyProductEvents(shop.deps, events, { defaultCurrency: undefined });
  return events.map((one) => outcomes.get(one)?.kind);
};
const reserve = async (productId: string) => {
  const reservation = { reservationId: randomUUID(), productId, userId: 'bob', quantity: 1, bodyHash: 'b' };
  const result = await createReserve(shop.space.redis, shop.space.prefix)(reservation);
  return 'hold' in result ? `${result.kind} at ${result.hold.unitPrice.amountMinor}` : result.kind;
};
const product = async (productId: string) => (await findProducts(shop.space.pool, [productId]))[0];
/** A product that was priced before any event of this file happened. */
const sell = async () => {
  const productId = `p-${(sold += 1)}`;
  await shop.open(productId, 50);
  await shop.space.pool.query(
    `update products set priced_at = now() - interval '1 hour' where product_id = $1`,
    [productId],
  );
  return productId;
};

describe('product events', () => {
  it('change the price of the next order and of none before', async () => {
    const productId = await sell();
    const before = await shop.place(productId, { quantity: 2 });
    const held = await shop.hold(productId);
    expect(await apply(event(productId, price('59.90')))).toEqual(['applied']);
    expect(await reserve(productId)).toBe('reserved at 5990');
    const accepted = await shop.accept(held);
    expect(accepted).toMatchObject({ kind: 'new', order: { amount: { amountMinor: 4_990 } } });
    expect(await findOrder(shop.space.pool, before.orderId)).toMatchObject({
      amount: { amountMinor: 9_980 },
    });
    expect(await shop.audit(productId)).toMatchObject({ drift: 0, problem: null });
  });

  it('stop a sale with the next request, and begin it again', async () => {
    const productId = await sell();
    const before = await shop.place(productId);
    expect(await reserve(productId)).toBe('reserved at 4990');
    await apply(event(productId, { eventType: 'DEACTIVATED' }));
    expect(await reserve(productId)).toBe('closed');
    // What was accepted goes on.
    await shop.confirm(before);
    await apply(event(productId, { eventType: 'CREATED', name: 'T-Shirt', ...price('59.90') }));
    expect(await reserve(productId)).toBe('reserved at 5990');
    expect(await product(productId)).toMatchObject({ name: 'T-Shirt', active: true });
  });

  it('that are old or repeated change nothing, not even the revision', async () => {
    const productId = await sell();
    const events = [event(productId, price('59.90')), event(productId, { eventType: 'DEACTIVATED' })];
    expect(await apply(...events)).toEqual(['applied', 'applied']);
    const after = await product(productId);
    expect(await apply(...events)).toEqual(['repeated', 'repeated']);
    const long = { occurredAt: new Date(clock - 86_400_000) };
    expect(await apply(event(productId, { ...long, ...price('1.00'), active: true }))).toEqual(['older']);
    expect(await product(productId)).toEqual(after);
    expect(after).toMatchObject({ revision: 3, active: false, price: { amountMinor: 5_990 } });
  });

  it('give way to a price command that was given after they happened, and prevail over one before', async () => {
    const productId = await sell();
    const late = event(productId, price('10.00'));
    const seed = (amountMinor: number) =>
      seedPrices(shop.deps, {
        rows: [{ productId, price: { amountMinor, currency: 'EUR' } }],
        ...{ dryRun: false, actor: 'ada', host: 'test' },
      });
    await seed(4_990);
    expect(await apply(late)).toEqual(['older']);
    expect(await reserve(productId)).toBe('reserved at 4990');
    const later = event(productId, { ...price('20.00'), occurredAt: new Date(Date.now() + 1_000) });
    expect(await apply(later)).toEqual(['applied']);
    expect(await reserve(productId)).toBe('reserved at 2000');
    // Its host's clock runs ahead: read again after a command it must not win a second time.
    await seed(3_000);
    expect(await apply(later)).toEqual(['repeated']);
    expect(await reserve(productId)).toBe('reserved at 3000');
  });

  it('that say DEACTIVATED stop the sale also when a price command came in between', async () => {
    const productId = await sell();
    const late = event(productId, { eventType: 'DEACTIVATED' });
    await shop.open(productId, 50);
    expect(await apply(late)).toEqual(['applied']);
    expect(await reserve(productId)).toBe('closed');
  });

  it('make products that nobody has seeded; one that was deactivated before does not sell when it is', async () => {
    const [fresh, gone] = [`new-${randomUUID()}`, `gone-${randomUUID()}`];
    const created = event(fresh, {
      eventType: 'CREATED',
      name: 'Mug',
      price: { text: '9.90 EUR', currency: undefined },
    });
    expect(await apply(created, event(gone, { eventType: 'DEACTIVATED' }))).toEqual(['applied', 'applied']);
    expect(await product(fresh)).toMatchObject({ name: 'Mug', price: { amountMinor: 990 }, stock: null });
    expect(await reserve(fresh)).toBe('not-loaded');
    await shop.seed(fresh, 5);
    await shop.open(gone, 5);
    expect([await reserve(fresh), await reserve(gone)]).toEqual(['reserved at 990', 'closed']);
  });

  it('reach a product that Redis has lost with its next load', async () => {
    const productId = await sell();
    await shop.loseRedis();
    await apply(event(productId, { eventType: 'DEACTIVATED' }));
    expect(await reserve(productId)).toBe('not-loaded');
    await loadProduct(shop.deps, productId);
    expect(await reserve(productId)).toBe('closed');
  });

  it('are not undone by loads that go on at the same time', async () => {
    const productId = await sell();
    let stopped = false;
    const afterwards = new Set<string>();
    const loads = async () => {
      for (let n = 0; n < 12; n += 1) await loadProduct(shop.deps, productId);
    };
    const buyers = async () => {
      for (let n = 0; n < 300; n += 1) {
        const comesAfter = stopped;
        const kind = await reserve(productId);
        if (comesAfter) afterwards.add(kind);
      }
    };
    const deactivate = async () => {
      await apply(event(productId, { eventType: 'DEACTIVATED' }));
      stopped = true;
    };
    await Promise.all([loads(), buyers(), deactivate()]);
    expect([...afterwards].filter((kind) => kind !== 'closed' && kind !== 'not-loaded')).toEqual([]);
    await loadProduct(shop.deps, productId);
    expect(await reserve(productId)).toBe('closed');
  });

  it('from several readers at once, among seedings, end at the newest, in Redis as in Postgres', async () => {
    const productIds = [await sell(), await sell(), await sell()];
    const batches = Array.from({ length: 12 }, () =>
      productIds.map((productId, n) =>
        event(productId, {
          ...price(`${10 + n}.${String(clock % 100).padStart(2, '0')}`),
          active: clock % 2 === 0,
        }),
      ),
    );
    const newest = event(productIds[1] ?? '', { ...price('99.00'), active: true });
    await Promise.all([
      ...[...batches, [newest]].map((batch) => apply(...batch.toReversed(), ...batch)),
      ...productIds.map((productId) => shop.seed(productId, 60)),
    ]);
    const [expected] = [await product(productIds[1] ?? '')];
    expect(expected).toMatchObject({ active: true, price: { amountMinor: 9_900 } });
    for (const productId of productIds) {
      const { price: there, active } = (await product(productId)) ?? { price: null, active: false };
      expect(await reserve(productId)).toBe(active ? `reserved at ${there?.amountMinor}` : 'closed');
    }
  });

  it('that are refused change nothing and stop no other', async () => {
    const productId = await sell();
    const events = [
      event(productId, price('9.999')),
      event(productId, price('8.00')),
      event(productId, price('-1')),
    ];
    expect(await apply(...events)).toEqual(['refused', 'applied', 'refused']);
    expect(await reserve(productId)).toBe('reserved at 800');
  });

  it('that could not be written to Redis are written when they are applied again', async () => {
    const productId = await sell();
    const stop = event(productId, { eventType: 'DEACTIVATED' });
    const { hostname, port } = new URL(inject('stack').redisUrl);
    const proxy = await createTcpProxy({ host: hostname, port: Number(port) });
    const redis = createRedis(
      { url: `redis://127.0.0.1:${proxy.port}`, purpose: 'orders', applicationName: 'test' },
      shop.space.log,
    );
    try {
      proxy.cut();
      await expect(
        applyProductEvents({ ...shop.deps, redis }, [stop], { defaultCurrency: undefined }),
      ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(proxy.fired).toBeGreaterThan(0);
    } finally {
      await closeRedis(redis);
      await proxy.close();
    }
    expect(await product(productId)).toMatchObject({ active: false });
    expect(await reserve(productId)).toBe('reserved at 4990');
    expect(await apply(stop)).toEqual(['repeated']);
    expect(await reserve(productId)).toBe('closed');
  });
});

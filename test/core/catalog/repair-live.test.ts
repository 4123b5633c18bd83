/** Repairs beside a sale that goes on, and beside each other. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditProducts } from '../../../src/core/catalog/audit.js';
import { changeSale } from '../../../src/core/catalog/change-sale.js';
import { planRepair, repairable } from '../../../src/core/catalog/plan-repair.js';
import { restoreProduct } from '../../../src/core/catalog/restore-product.js';
import { runRepair } from '../../../src/core/catalog/run-repair.js';
import { createFinishHold } from '../../../src/core/orders/finish-hold.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';
import { markHoldsDone } from '../../../src/core/postgres/mark-holds-done.js';
import { formatHold } from '../../../src/core/redis/hold.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { createShop, type PlacedOrder, type Shop } from './shop.js';
import { AppError } from '../../../src/core/errors.js';

const PRODUCT = 'busy';
const SEEDED = 5_000;
const BUYERS = 6;

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('repair-live');
  await shop.open(PRODUCT, SEEDED);
  await changeSale(shop.deps, {
    productIds: [PRODUCT],
    intent: { kind: 'set', change: { maxPerCustomer: 4_000 } },
    dryRun: false,
    actor: 'ada',
    host: 'test',
  });
});
afterAll(() => shop.space.close());

/** One repair as `audit --repair` does it. @returns the actions that it took */
async function repair(leakedAfterMs = 60_000): Promise<string[]> {
  const options = { leakedAfterMs, list: 5 };
  const report = await auditProducts(shop.deps, [PRODUCT], options);
  const { results } = await runRepair(shop.deps, repairable(planRepair(report)), options);
  expect(results.filter(({ failed }) => failed !== null)).toEqual([]);
  return results.map(({ action }) => action);
}

/** As serve does: again while the product is being loaded, and once more under a new epoch. */
async function buy(userId: string): Promise<PlacedOrder | string> {
  const reserve = createReserve(shop.space.redis, shop.space.prefix);
  const reservation = { reservationId: randomUUID(), productId: PRODUCT, userId, quantity: 1, bodyHash: 'b' };
  for (;;) {
    const reserved = await reserve(reservation);
    if (!('hold' in reserved)) {
      if (reserved.kind !== 'not-loaded') return reserved.kind;
      await restoreProduct(shop.deps, PRODUCT);
      continue;
    }
    const outcome = (await acceptOrders(shop.space.pool, [reserved.hold])).get(reservation.reservationId);
    if (outcome?.kind === 'new') return { orderId: outcome.order.orderId, hold: reserved.hold };
    if (outcome?.kind !== 'stale') return outcome?.kind ?? 'nothing';
  }
}

/** Ends or sells it in both stores; a product that is being loaded is waited for, as sagas wait. */
async function conclude(order: PlacedOrder, sold: boolean): Promise<void> {
  if (sold) await shop.confirm(order);
  else await shop.end(order);
  const finish = createFinishHold(shop.deps);
  const hold = { ...order.hold, orderId: order.orderId, how: sold ? 'settle' : 'release' } as const;
  for (;;) {
    try {
      await finish(hold);
      await markHoldsDone(shop.space.pool, [hold]);
      return;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'REBUILDING') throw error;
    }
  }
}

it('mends every kind of drift in mid-sale, twice at once, and loses nothing that is in flight', async () => {
  const keys = productKeys(shop.space.prefix, PRODUCT);
  const { redis } = shop.space;
  const live: PlacedOrder[] = [];
  const refused: string[] = [];
  let selling = true;
  let sales = 0;
  const buyers = Array.from({ length: BUYERS }, async (_, buyer) => {
    while (selling) {
      const order = await buy(`buyer-${buyer}`);
      if (typeof order === 'string') {
        refused.push(order);
        continue;
      }
      live.push(order);
      sales += 1;
      const oldest = live.length > 40 ? live.shift() : undefined;
      if (oldest) await conclude(oldest, sales % 3 === 0);
    }
  });

  const foreign = { ...(await shop.place(PRODUCT, { userId: 'eve' })).hold, quantity: 30 };
  const damages: (() => Promise<unknown>)[] = [
    () => redis.incrby(keys.stock, 250),
    () => redis.decrby(keys.stock, 250),
    () => redis.hdel(keys.holds, ...live.slice(-5).map(({ hold }) => hold.reservationId)),
    () => redis.hset(keys.holds, randomUUID(), formatHold(foreign)),
    () => redis.hincrby(keys.limits, 'eve', 7),
    () => redis.del(keys.stock),
    () => redis.hincrby(keys.sale, 'epoch', -1),
  ];
  const taken: string[] = [];
  for (const damage of damages) {
    await damage();
    for (const actions of await Promise.all([repair(), repair()])) taken.push(...actions);
  }
  selling = false;
  await Promise.all(buyers);

  expect(sales).toBeGreaterThan(50);
  expect(refused).toEqual([]);
  expect(taken).toContain('rebuild');
  expect(taken).toContain('set-counts');
  // What was decided in Postgres while Redis was wrong is mended at rest.
  for (let tries = 0; tries < 3; tries += 1) if ((await repair(0)).length === 0) break;
  const audited = (await auditProducts(shop.deps, [PRODUCT], { leakedAfterMs: 0 })).products[0];
  expect(audited).toMatchObject({ problems: [], drift: 0, inFlight: 0, moving: false });
  const { available, held, sold, redisAvailable } = audited ?? {};
  expect(redisAvailable).toBe(available);
  expect(held).toBe(live.length + 1);
  expect((available ?? 0) + (held ?? 0) + (sold ?? 0)).toBe(SEEDED);
  expect(await shop.totals(PRODUCT)).toMatchObject({ holds: held, heldUnits: held });
});

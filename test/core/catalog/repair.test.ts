/** Every kind of drift, made by hand and mended by a repair. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditProducts } from '../../../src/core/catalog/audit.js';
import { changeSale } from '../../../src/core/catalog/change-sale.js';
import type { AuditedProduct, AuditOptions } from '../../../src/core/catalog/audit-report.js';
import { planRepair, repairable } from '../../../src/core/catalog/plan-repair.js';
import { runRepair, type RepairReport } from '../../../src/core/catalog/run-repair.js';
import { markHoldsDone } from '../../../src/core/postgres/mark-holds-done.js';
import { findHold } from '../../support/find-hold.js';
import { formatHold } from '../../../src/core/redis/hold.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { createSettle } from '../../../src/core/redis/settle.js';
import { createShop, type PlacedOrder, type Shop } from './shop.js';

let shop: Shop;
let productId: string;
let products = 0;
beforeAll(async () => {
  shop = await createShop('repair');
});
afterAll(() => shop.space.close());
beforeEach(async () => {
  products += 1;
  productId = `product-${products}`;
  await shop.open(productId, 100);
});

const keys = () => productKeys(shop.space.prefix, productId);
const OPTIONS: AuditOptions = { leakedAfterMs: 60_000, list: 20, depth: 'full' };
/** Nothing is too young to be leaked. */
const AT_ONCE = { ...OPTIONS, leakedAfterMs: 0 };

async function look(options = OPTIONS): Promise<AuditedProduct> {
  const { products: found } = await auditProducts(shop.deps, [productId], options);
  if (!found[0]) throw new Error('no product');
  return found[0];
}

async function repair(options = OPTIONS): Promise<RepairReport['results']> {
  const report = await auditProducts(shop.deps, [productId], options);
  const { results } = await runRepair(shop.deps, repairable(planRepair(report)), options);
  return results;
}

async function expectClean(options = OPTIONS): Promise<void> {
  expect(await look(options)).toMatchObject({ problems: [], drift: 0 });
}

/** The sale as serve, saga and their Redis halves leave it: ended in both stores, and noted. */
async function finish(order: PlacedOrder): Promise<void> {
  const { redis, prefix, pool } = shop.space;
  await shop.confirm(order);
  await createSettle(redis, prefix)(order.hold);
  await markHoldsDone(pool, [{ orderId: order.orderId, generation: 0 }]);
}

it.each([
  ['up', 3],
  ['down', -3],
])('a counter that was moved %s is rebuilt', async (_way, by) => {
  await finish(await shop.place(productId, { quantity: 4 }));
  await shop.place(productId, { quantity: 2 });
  await shop.space.redis.incrby(keys().stock, by);
  expect(await look()).toMatchObject({ drift: by, problems: ['drift'] });
  expect(await repair()).toMatchObject([{ action: 'rebuild', done: 1, failed: null }]);
  await expectClean();
  expect(await shop.totals(productId)).toMatchObject({ available: 94, holds: 1, heldUnits: 2 });
});

it('a hold that was deleted is put back, with nothing closed, and its order gives its units back', async () => {
  const order = await shop.place(productId, { quantity: 4 });
  await shop.space.redis.hdel(keys().holds, order.hold.reservationId);
  const { epoch } = await shop.totals(productId);
  expect(await look()).toMatchObject({
    drift: 0,
    problems: ['missing'],
    missingHolds: { count: 1, units: 4, first: [{ orderId: order.orderId }] },
  });
  expect(await repair()).toMatchObject([
    { action: 'put-holds-back', done: 1, items: [{ id: order.orderId, outcome: 'put-back' }] },
  ]);
  await expectClean();
  expect(await shop.totals(productId)).toMatchObject({ epoch, available: 96, heldUnits: 4 });
  await shop.end(order);
  await createRelease(shop.space.redis, shop.space.prefix)(order.hold);
  expect(await shop.totals(productId)).toMatchObject({ available: 100, heldUnits: 0 });
});

it('a hold that was given back although its order is live comes back with its units', async () => {
  const { hold } = await shop.place(productId, { quantity: 4 });
  await createRelease(shop.space.redis, shop.space.prefix)(hold);
  expect(await look()).toMatchObject({ drift: 4, problems: ['drift', 'missing'] });
  expect(await repair()).toMatchObject([{ action: 'rebuild', done: 1 }]);
  await expectClean();
  expect(await findHold(shop.space.redis, shop.space.prefix, hold)).toMatchObject({ quantity: 4 });
});

it('a hold that is gone, with its units kept and its end marked, needs the whole product', async () => {
  const { hold } = await shop.place(productId, { quantity: 4 });
  await createSettle(shop.space.redis, shop.space.prefix)(hold);
  expect(await look()).toMatchObject({ drift: 0, missingHolds: { count: 1, marked: 1 } });
  expect(await repair()).toMatchObject([{ action: 'rebuild', done: 1 }]);
  await expectClean();
});

it('a hold that was written by hand is taken out again', async () => {
  const foreign = { ...(await shop.place(productId)).hold, quantity: 7, userId: 'mallory' };
  await shop.space.redis.hset(keys().holds, randomUUID(), formatHold(foreign));
  expect(await look()).toMatchObject({ drift: 7, problem: 'drift', inFlight: 7 });
  expect(await repair()).toMatchObject([{ action: 'rebuild' }]);
  await expectClean();
  expect(await shop.totals(productId)).toMatchObject({ holds: 1, heldUnits: 1 });
});

it('a hold that is no hold is taken out again', async () => {
  await shop.space.redis.hset(keys().holds, 'damaged', 'not a hold');
  expect(await look()).toMatchObject({ problems: ['unreadable'], unreadableHolds: 1 });
  expect(await repair()).toMatchObject([{ action: 'rebuild' }]);
  await expectClean();
});

it('a hold whose order never came leaks only after its time, and is given back', async () => {
  const hold = await shop.hold(productId, { quantity: 3 });
  expect(await look()).toMatchObject({ problems: [], inFlight: 3, holdsInFlight: { count: 1 } });
  expect(await repair()).toEqual([]);
  expect(await look(AT_ONCE)).toMatchObject({
    problems: ['leaked'],
    drift: 0,
    inFlight: 0,
    leakedHolds: { count: 1, units: 3, first: [{ reservationId: hold.reservationId, why: 'no-order' }] },
  });
  expect(await repair(AT_ONCE)).toMatchObject([
    { action: 'release-holds', done: 1, items: [{ id: hold.reservationId, outcome: 'released' }] },
  ]);
  // A final row is committed for it, so the insert that comes late loses (I1, I8).
  expect(await shop.accept(hold)).toMatchObject({ kind: 'ended' });
  await expectClean(AT_ONCE);
  expect(await shop.totals(productId)).toMatchObject({ available: 100, holds: 0 });
});

describe.each([
  ['only the old one is given back', 1, 9],
  ['all but the young one are given back', 9, 1],
])('of many holds without an order', (what, oldOnes, youngOnes) => {
  it(what, async () => {
    const hold = () => shop.hold(productId, { quantity: 3 });
    const [young, old] = await Promise.all(
      [youngOnes, oldOnes].map((count) => Promise.all(Array.from({ length: count }, hold))),
    );
    for (const one of old ?? []) {
      const reservedAt = new Date(one.reservedAt.getTime() - 2 * OPTIONS.leakedAfterMs);
      await shop.space.redis.hset(keys().holds, one.reservationId, formatHold({ ...one, reservedAt }));
    }
    const [result] = await repair();
    expect(result).toMatchObject({ action: 'release-holds', done: oldOnes, left: 0 });
    const ids = (old ?? []).map(({ reservationId }) => reservationId);
    expect(result?.items.map(({ id }) => id).sort()).toEqual(ids.sort());
    await expectClean();
    expect(await shop.totals(productId)).toMatchObject({ heldUnits: 3 * youngOnes });
    for (const one of young ?? []) expect(await shop.accept(one)).toMatchObject({ kind: 'new' });
    for (const one of old ?? []) expect(await shop.accept(one)).toMatchObject({ kind: 'ended' });
  });
});

it('a repair that is told to stop finishes the product in hand, and a further run goes on', async () => {
  const other = `${productId}-b`;
  await shop.open(other, 100);
  await shop.space.redis.incrby(keys().stock, 1);
  await shop.space.redis.incrby(productKeys(shop.space.prefix, other).stock, 1);
  const both = () => auditProducts(shop.deps, [productId, other], OPTIONS);
  const stop = new AbortController();
  const planned = repairable(planRepair(await both()));
  const first = await runRepair(shop.deps, planned, {
    ...OPTIONS,
    signal: stop.signal,
    onDone: () => stop.abort(),
  });
  expect(first).toMatchObject({ finished: 1, results: [{ productId, done: 1 }], stoppedBy: null });
  expect((await both()).products.map(({ drift }) => drift)).toEqual([0, 1]);
  const rest = repairable(planRepair(await both()));
  expect(await runRepair(shop.deps, rest, OPTIONS)).toMatchObject({
    finished: 1,
    results: [{ productId: other, done: 1 }],
  });
  expect((await both()).ok).toBe(true);
});

it('endings whose Redis half was never done are finished', async () => {
  await shop.confirm(await shop.place(productId, { quantity: 2 }));
  await shop.end(await shop.place(productId, { quantity: 5 }));
  expect(await look()).toMatchObject({ problems: [], inFlight: 5 });
  expect(await look(AT_ONCE)).toMatchObject({
    problems: ['leaked', 'unfinished'],
    unfinishedEndings: { count: 2 },
  });
  expect(await repair(AT_ONCE)).toMatchObject([
    { action: 'release-holds', done: 1 },
    { action: 'finish-endings', done: 2 },
  ]);
  await expectClean(AT_ONCE);
  expect(await shop.totals(productId)).toMatchObject({ available: 98, holds: 0, heldUnits: 0 });
});

it('a lost mark is set again, and what a resend took without it is given back', async () => {
  const [sold, resent] = [await shop.place(productId), await shop.place(productId, { quantity: 2 })];
  await finish(sold);
  await finish(resent);
  await shop.space.redis.del(keys().done(sold.hold.reservationId), keys().done(resent.hold.reservationId));
  await createReserve(shop.space.redis, shop.space.prefix)(resent.hold);
  expect(await look()).toMatchObject({
    drift: 0,
    inFlight: 2,
    problems: ['marks'],
    lostMarks: { count: 2 },
  });
  expect(await repair()).toMatchObject([{ action: 'set-marks', done: 2 }]);
  await expectClean();
  expect(await shop.totals(productId)).toMatchObject({ available: 97, holds: 0 });
  const again = createReserve(shop.space.redis, shop.space.prefix);
  expect(await again(sold.hold)).toEqual({ kind: 'ended' });
});

it('counts of customers are set right where a limit applies, and only there', async () => {
  await shop.place(productId, { userId: 'ada', quantity: 2 });
  await finish(await shop.place(productId, { userId: 'bob' }));
  await shop.hold(productId, { userId: 'eve' });
  await shop.space.redis.hset(keys().limits, 'ada', 9, 'bob', 0, 'nobody', 4);
  expect(await look()).toMatchObject({ problems: [], customerCounts: null });

  await limit(10);
  const found = await look();
  expect(found.problems).toEqual(['customers']);
  const wrong = [...(found.customerCounts?.first ?? [])].sort((a, b) => a.userId.localeCompare(b.userId));
  expect(wrong).toEqual([
    { userId: 'ada', counted: 9, actual: 2 },
    { userId: 'bob', counted: 0, actual: 1 },
    { userId: 'nobody', counted: 4, actual: 0 },
  ]);
  expect(await repair()).toMatchObject([{ action: 'set-counts', done: 3 }]);
  await expectClean();
  expect(await shop.space.redis.hgetall(keys().limits)).toEqual({ ada: '2', bob: '1', eve: '1' });
});

it('a product that Redis does not hold, or holds under another epoch, is rebuilt', async () => {
  await shop.place(productId, { quantity: 2 });
  await shop.space.redis.del(keys().stock);
  expect(await look()).toMatchObject({ problem: 'not-loaded' });
  expect(await repair()).toMatchObject([{ action: 'rebuild', done: 1 }]);
  await expectClean();
  await shop.space.pool.query('update stock set epoch = epoch + 1 where product_id = $1', [productId]);
  expect(await look()).toMatchObject({ problem: 'other-epoch' });
  expect(await repair()).toMatchObject([{ action: 'rebuild', done: 1 }]);
  await expectClean();
});

it('a change of stock that Redis missed is followed, with nothing closed', async () => {
  const { epoch } = await shop.totals(productId);
  await shop.space.pool.query(
    `with added as (update stock set seeded = seeded + 5 where product_id = $1)
     insert into stock_movements (operation_id, product_id, kind, quantity, delta, seeded_after, actor)
     values ('missed', $1, 'add', 5, 5, 105, 'ada')`,
    [productId],
  );
  expect(await look()).toMatchObject({ drift: -5, followsStock: false });
  expect(await repair()).toMatchObject([{ action: 'follow-stock', done: 1 }]);
  await expectClean();
  expect(await shop.totals(productId)).toMatchObject({ available: 105, epoch });
});

it('units that do not add up in Postgres, and money in the wrong place, are left to a person', async () => {
  const order = await shop.place(productId, { quantity: 4 });
  await shop.space.pool.query('update stock set claimed = 3 where product_id = $1', [productId]);
  await shop.space.redis.incrby(keys().stock, 5);
  const unbalanced = await look();
  expect(unbalanced).toMatchObject({
    problem: 'unbalanced',
    ordersByStatus: [{ status: 'PENDING', orders: 1, units: 4 }],
  });
  expect(planRepair({ ok: false, products: [unbalanced] })).toMatchObject([
    { action: 'none', reason: expect.stringContaining('a person must decide') as string },
  ]);
  expect(await repair()).toEqual([]);

  await shop.space.pool.query('update stock set claimed = 4 where product_id = $1', [productId]);
  await repair();
  await shop.confirm(order);
  await shop.space.pool.query('update orders set paid = false where order_id = $1', [order.orderId]);
  expect(await look()).toMatchObject({
    problems: ['money'],
    misplacedMoney: { count: 1, first: [{ orderId: order.orderId, problem: 'sold-unpaid' }] },
  });
  await shop.space.pool.query(`update orders set paid = true, status = 'CANCELLED' where order_id = $1`, [
    order.orderId,
  ]);
  await shop.space.pool.query('update stock set claimed = 0 where product_id = $1', [productId]);
  expect((await look()).misplacedMoney).toMatchObject({ first: [{ problem: 'kept' }] });
});

async function limit(maxPerCustomer: number): Promise<void> {
  await changeSale(shop.deps, {
    productIds: [productId],
    intent: { kind: 'set', change: { maxPerCustomer } },
    dryRun: false,
    actor: 'ada',
    host: 'test',
  });
}

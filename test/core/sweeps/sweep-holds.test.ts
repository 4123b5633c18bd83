import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { sweepAbandonedHolds } from '../../../src/core/sweeps/sweep-holds.js';
import { markHoldsDone } from '../../../src/core/postgres/mark-holds-done.js';
import { findHold } from '../../support/find-hold.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { inParallel } from '../../support/pipeline.js';
import { waitFor } from '../../support/wait-for.js';
import { createShop, type Shop } from '../catalog/shop.js';

let shop: Shop;
let productId: string;
let products = 0;
beforeAll(async () => {
  shop = await createShop('sweep-holds');
});
afterAll(() => shop.space.close());
beforeEach(async () => {
  products += 1;
  productId = `product-${products}`;
  await shop.open(productId, 100);
});

const sweep = (olderThanMs = 0, limit = 1_000) =>
  sweepAbandonedHolds({ ...shop.deps, log: shop.space.log }, { olderThanMs, limit });

it('releases holds whose order never came, and ends their reservation ids for good', async () => {
  const hold = await shop.hold(productId, { quantity: 3 });
  expect(await sweep()).toEqual({ released: 1, settled: 0 });
  expect(await shop.totals(productId)).toMatchObject({ available: 100, holds: 0 });

  // The insert that was still on its way loses, or units would be sold that Redis gave back (I1, I8).
  expect(await shop.accept(hold)).toMatchObject({ kind: 'ended' });
  const resent = await createReserve(shop.space.redis, shop.space.prefix)(hold);
  expect(resent).toEqual({ kind: 'ended' });
  expect(await shop.audit(productId)).toMatchObject({
    available: 100,
    redisAvailable: 100,
    drift: 0,
    problem: null,
  });
});

it('leaves holds of live orders and those that are young', async () => {
  await shop.place(productId);
  expect(await sweep()).toEqual({ released: 0, settled: 0 });
  await shop.hold(productId);
  expect(await sweep(60_000)).toEqual({ released: 0, settled: 0 });
  expect(await shop.totals(productId)).toMatchObject({ available: 98, holds: 2 });
  expect(await sweep()).toEqual({ released: 1, settled: 0 });
});

it('settles the hold of a confirmed order and releases that of an ended one', async () => {
  const sold = await shop.place(productId, { quantity: 2 });
  await shop.confirm(sold);
  await shop.end(await shop.place(productId, { quantity: 5 }));
  expect(await sweep()).toEqual({ released: 1, settled: 1 });
  expect(await shop.audit(productId)).toMatchObject({
    sold: 2,
    available: 98,
    redisAvailable: 98,
    drift: 0,
    problem: null,
  });
});

it('releases a duplicate of a hold whose Redis half was done, instead of losing its units', async () => {
  const sold = await shop.place(productId, { quantity: 2 });
  await shop.confirm(sold);
  await sweep();
  await markHoldsDone(shop.space.pool, [{ orderId: sold.orderId, generation: 0 }]);
  const { reservationId } = sold.hold;
  await shop.space.redis.del(`${shop.space.prefix}:done:{${productId}}:${reservationId}`);
  await shop.hold(productId, { reservationId, quantity: 2 });
  expect(await shop.totals(productId)).toMatchObject({ available: 96 });

  expect(await sweep()).toEqual({ released: 1, settled: 0 });
  expect(await shop.audit(productId)).toMatchObject({ redisAvailable: 98, drift: 0, problem: null });
});

it('ends no more than the limit in one call, and reaches all in the end', async () => {
  await Promise.all(Array.from({ length: 25 }, () => shop.hold(productId)));
  await shop.place(productId);
  const ended: number[] = [];
  for (let released = -1; released !== 0; ended.push(released)) released = (await sweep(0, 10)).released;
  expect(ended).toEqual([10, 10, 5, 0]);
  expect(await shop.totals(productId)).toMatchObject({ available: 99, holds: 1 });
});

it('passes over a hold that is not readable', async () => {
  await shop.space.redis.hset(`${shop.space.prefix}:holds:{${productId}}`, 'damaged', 'not a hold');
  await shop.hold(productId);
  expect(await sweep()).toEqual({ released: 1, settled: 0 });
});

it('oversells nothing while buyers order and two sweeps run as fast as they can', async () => {
  let selling = true;
  const sweeping = [1, 2].map(async () => {
    while (selling) await sweep();
  });
  const buyers = Array.from({ length: 240 }, (_, buyer) => `buyer-${buyer}`);
  const outcomes = await inParallel(buyers, 6, async (userId, buyer) => {
    const hold = await shop.hold(productId, { userId }).catch(() => undefined);
    if (!hold) return undefined;
    const { redis, prefix } = shop.space;
    const isSwept = async () => (await findHold(redis, prefix, hold)) === undefined;
    // Some servers stall between hold and insert until a sweep has given their units to others.
    if (buyer % 5 === 0) await waitFor(isSwept, { what: 'the sweep' });
    return (await shop.accept(hold)).kind;
  });
  selling = false;
  await Promise.all(sweeping);
  await sweep();

  const accepted = outcomes.filter((kind) => kind === 'new').length;
  expect(accepted).toBeLessThanOrEqual(100);
  expect(outcomes).toContain('ended');
  expect(outcomes).toContain('new');
  expect(await shop.audit(productId)).toMatchObject({
    held: accepted,
    redisAvailable: 100 - accepted,
    inFlight: 0,
    drift: 0,
    problem: null,
  });
});

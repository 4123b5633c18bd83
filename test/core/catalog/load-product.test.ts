/** What happens in Postgres while a product is being loaded must not be undone by the load (I3, I8). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import { sweepEndings } from '../../../src/core/sweeps/sweep-endings.js';
import type { Pool } from '../../../src/core/postgres/create-pool.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { createSettle } from '../../../src/core/redis/settle.js';
import { createShop, type Shop } from './shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('load-product');
});
afterAll(() => shop.space.close());

/** A pool that lets something happen right after the load has looked at the orders. */
function pausedAfterLook(pool: Pool, meanwhile: () => Promise<void>): Pool {
  return {
    ...pool,
    async connect() {
      const client = await pool.connect();
      return {
        release: (destroy) => client.release(destroy),
        async query(statement, values) {
          const result = await client.query(statement, values);
          const text = typeof statement === 'string' ? statement : statement.text;
          if (text.includes('sum(quantity) as units')) await meanwhile();
          return result as never;
        },
      };
    },
  };
}

it('leaves orders that end after the look to the sweep, which finds and finishes them', async () => {
  await shop.open('tee', 20);
  const sold = await shop.place('tee', { quantity: 2 });
  const cancelled = await shop.place('tee', { quantity: 3 });
  await shop.place('tee', { quantity: 4 });
  const release = createRelease(shop.space.redis, shop.space.prefix);
  const settle = createSettle(shop.space.redis, shop.space.prefix);
  let happened = false;
  const pool = pausedAfterLook(shop.space.pool, async () => {
    await shop.confirm(sold);
    await shop.end(cancelled);
    await expect(settle(sold.hold)).rejects.toMatchObject({ code: 'REBUILDING' });
    await expect(release(cancelled.hold)).rejects.toMatchObject({ code: 'REBUILDING' });
    happened = true;
  });

  expect(await loadProduct({ ...shop.deps, pool }, 'tee')).toBe('loaded');
  expect(happened).toBe(true);
  expect(await shop.audit('tee')).toMatchObject({ available: 14, redisAvailable: 11, inFlight: 3, drift: 0 });

  const swept = await sweepEndings({ ...shop.deps, log: shop.space.log }, { olderThanMs: 0, limit: 10 });
  expect(swept).toEqual({ finished: 2, waiting: 0 });
  expect(await shop.totals('tee')).toMatchObject({ available: 14, holds: 1, heldUnits: 4 });
  expect(await shop.audit('tee')).toMatchObject({ redisAvailable: 14, inFlight: 0, drift: 0, problem: null });
});

it('brings the marks of ended reservations back, so that a resend holds nothing', async () => {
  await shop.open('cap', 20);
  const sold = await shop.place('cap', { quantity: 2 });
  await shop.confirm(sold);
  await shop.loseRedis();
  await loadProduct(shop.deps, 'cap');

  // Else this hold would be ended by the settle of the first, and its units lost.
  const { reservationId, quantity } = sold.hold;
  await expect(shop.hold('cap', { reservationId, quantity })).rejects.toThrow('ended');
  expect(await createSettle(shop.space.redis, shop.space.prefix)(sold.hold)).toBe('already');
  expect(await shop.audit('cap')).toMatchObject({ sold: 2, redisAvailable: 18, drift: 0, problem: null });
});

it('gives way to a load that began later', async () => {
  await shop.open('mug', 20);
  const pool = pausedAfterLook(shop.space.pool, async () => {
    expect(await loadProduct(shop.deps, 'mug')).toBe('loaded');
    await shop.place('mug', { quantity: 5 });
  });
  expect(await loadProduct({ ...shop.deps, pool }, 'mug')).toBe('superseded');
  expect(await shop.audit('mug')).toMatchObject({
    available: 15,
    redisAvailable: 15,
    drift: 0,
    problem: null,
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adjust } from '../../../src/core/redis/adjust.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createLoad, type ProductLoad } from '../../../src/core/redis/load.js';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { scanHolds } from '../../../src/core/redis/scan-holds.js';
import { setPrice } from '../../../src/core/redis/set-price.js';
import { setSale } from '../../../src/core/redis/set-sale.js';
import { unload } from '../../../src/core/redis/unload.js';
import type { Hold } from '../../../src/core/redis/hold.js';
import { createRedisSpace, OPEN_SALE, type RedisSpace } from './redis-space.js';

let space: RedisSpace;
beforeAll(() => {
  space = createRedisSpace();
});
afterAll(() => space.close());

const load = (product: ProductLoad) => createLoad(space.redis, space.prefix)(product);
const totals = (productId: string) => readTotals(space.redis, space.prefix, productId);
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

function liveHold(userId: string, quantity: number): Omit<Hold, 'productId'> {
  return {
    reservationId: randomUUID(),
    userId,
    quantity,
    unitPrice: euros(4990),
    epoch: 2,
    bodyHash: 'b0d1',
    reservedAt: new Date(1_700_000_000_000),
    generation: 1,
  };
}

async function allHolds(productId: string): Promise<Hold[]> {
  const holds: Hold[] = [];
  for await (const step of scanHolds(space.redis, space.prefix, productId)) holds.push(...step);
  return holds;
}

describe('load', () => {
  it('brings holds, limits and counter in at one moment, in any number of chunks', async () => {
    const holds = Array.from({ length: 2_500 }, (_, buyer) => liveHold(`buyer-${buyer}`, 2));
    const productId = await space.product({ productId: randomUUID(), epoch: 2, available: 40, holds });

    expect(await totals(productId)).toEqual({
      available: 40,
      holds: 2_500,
      heldUnits: 5_000,
      epoch: 2,
      seeded: 5_040,
      movements: 1,
    });
    const loaded = await allHolds(productId);
    expect(new Map(loaded.map((hold) => [hold.reservationId, hold]))).toEqual(
      new Map(holds.map((hold) => [hold.reservationId, { ...hold, productId }])),
    );
    const keys = productKeys(space.prefix, productId);
    expect(await space.redis.hget(keys.limits, 'buyer-7')).toBe('2');
    expect(await space.redis.ttl(keys.holds)).toBe(-1);
    expect(await space.redis.ttl(keys.limits)).toBe(-1);
  });

  it('does nothing when repeated under the same epoch, so reserves since then stay counted', async () => {
    const productId = await space.product({ available: 10 });
    await space.hold({ productId });
    expect(await load({ productId, epoch: 1, available: 10, price: null, revision: 1, sale: null })).toBe(
      'already',
    );
    expect(await totals(productId)).toMatchObject({ available: 9, holds: 1 });
  });

  it('replaces everything under a higher epoch and refuses a lower one', async () => {
    const productId = await space.product({ available: 10 });
    await space.hold({ productId });
    const again = { productId, price: euros(100), revision: 1, sale: null };
    expect(await load({ ...again, epoch: 3, available: 8 })).toBe('loaded');
    expect(await load({ ...again, epoch: 2, available: 99 })).toBe('superseded');
    expect(await totals(productId)).toMatchObject({ available: 8, holds: 0, heldUnits: 0, epoch: 3 });
    expect((await space.hold({ productId })).epoch).toBe(3);
  });

  it('keeps a price and a sale that changed while it was under way', async () => {
    const productId = randomUUID();
    await setPrice(space.redis, space.prefix, { productId, price: euros(200), active: true, revision: 5 });
    await setSale(space.redis, space.prefix, { productId, ...OPEN_SALE, state: 'PAUSED', revision: 5 });
    await load({
      productId,
      epoch: 1,
      available: 1,
      price: euros(100),
      revision: 4,
      sale: { ...OPEN_SALE, revision: 4 },
    });
    expect(await space.reserve({ productId })).toEqual({ kind: 'paused' });
    await setSale(space.redis, space.prefix, { productId, ...OPEN_SALE, revision: 6 });
    expect((await space.hold({ productId })).unitPrice).toEqual(euros(200));
  });
});

describe('unload', () => {
  it('closes the product until the load, and keeps the marks of ended reservations', async () => {
    const productId = await space.product();
    const reservationId = randomUUID();
    await createRelease(space.redis, space.prefix)({ productId, reservationId, generation: 0 });
    const open = randomUUID();
    await space.hold({ productId, reservationId: open });

    expect(await unload(space.redis, space.prefix, { productId, epoch: 2 })).toBe('unloaded');

    expect(await space.reserve({ productId, reservationId: open })).toEqual({ kind: 'not-loaded' });
    expect(await space.reserve({ productId, reservationId })).toEqual({ kind: 'ended' });
    expect(await totals(productId)).toMatchObject({ available: null, holds: 0, heldUnits: 0, epoch: 2 });
    await load({ productId, epoch: 2, available: 3, price: euros(100), revision: 1, sale: null });
    expect(await space.reserve({ productId, reservationId })).toEqual({ kind: 'ended' });
    expect((await space.hold({ productId })).epoch).toBe(2);
  });

  it('leaves a product alone that somebody loads under a later epoch', async () => {
    const productId = await space.product({ epoch: 5 });
    expect(await unload(space.redis, space.prefix, { productId, epoch: 4 })).toBe('superseded');
    expect(await totals(productId)).toMatchObject({ available: 10, epoch: 5 });
  });
});

describe('adjust', () => {
  const level = (productId: string, seeded: number, movements: number) =>
    adjust(space.redis, space.prefix, { productId, epoch: 1, seeded, movements });

  it('adds the difference once, whatever is repeated, overtaken or skipped', async () => {
    const productId = await space.product({ available: 10, movements: 1 });
    await space.hold({ productId, quantity: 4 });
    expect(await level(productId, 25, 3)).toBe('adjusted');
    expect(await level(productId, 25, 3)).toBe('already');
    expect(await level(productId, 15, 2)).toBe('already');
    expect(await totals(productId)).toMatchObject({ available: 21, heldUnits: 4, seeded: 25, movements: 3 });
  });

  it('stays right while hundreds reserve at the same time', async () => {
    const productId = await space.product({ available: 100, movements: 1 });
    const reserves = Array.from({ length: 300 }, (_, buyer) =>
      space.reserve({ productId, userId: `b${buyer}` }),
    );
    const adjusts = [2, 3, 4, 5, 3, 5].map((movements) => level(productId, 100 + 10 * movements, movements));
    await Promise.all([...reserves, ...adjusts]);
    const { available, heldUnits } = await totals(productId);
    expect((available ?? NaN) + heldUnits).toBe(150);
  });

  it('may take the counter below zero: units in flight are then refused by Postgres and come back', async () => {
    const productId = await space.product({ available: 10, movements: 1 });
    const hold = await space.hold({ productId, quantity: 8 });
    await level(productId, 5, 2);
    expect(await totals(productId)).toMatchObject({ available: -3 });
    expect(await space.reserve({ productId })).toEqual({ kind: 'sold-out' });
    await createRelease(space.redis, space.prefix)(hold);
    expect(await totals(productId)).toMatchObject({ available: 5 });
  });
});

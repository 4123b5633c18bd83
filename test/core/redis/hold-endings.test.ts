import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findHold } from '../../support/find-hold.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { createSettle } from '../../../src/core/redis/settle.js';
import { createTake, type TakenHold } from '../../../src/core/redis/take.js';
import { createRedisSpace, type RedisSpace } from './redis-space.js';

let space: RedisSpace;
let productId: string;
const reservationId = randomUUID();

beforeAll(() => {
  space = createRedisSpace();
});
afterAll(() => space.close());
beforeEach(async () => {
  productId = await space.product({ available: 10 });
});

const release = (generation = 0) =>
  createRelease(space.redis, space.prefix)({ productId, reservationId, generation });
const settle = (generation = 0) =>
  createSettle(space.redis, space.prefix)({ productId, reservationId, generation });
const reserve = () => space.reserve({ productId, reservationId, quantity: 4 });
const take = (generation: number) => {
  const hold: TakenHold = {
    productId,
    reservationId,
    generation,
    userId: 'ada',
    quantity: 4,
    unitPrice: { amountMinor: 4990, currency: 'EUR' },
    bodyHash: 'b0d1',
  };
  return createTake(space.redis, space.prefix)(hold);
};
const figures = async () => {
  const { available, holds, heldUnits } = await readTotals(space.redis, space.prefix, productId);
  const bought = Number((await space.redis.hget(productKeys(space.prefix, productId).limits, 'ada')) ?? '0');
  return { available, holds, heldUnits, bought };
};

describe('release', () => {
  it('gives units and customer count back once, however often it is called', async () => {
    await reserve();
    expect(await figures()).toEqual({ available: 6, holds: 1, heldUnits: 4, bought: 4 });
    expect(await Promise.all([release(), release(), release()])).toEqual(['released', 'already', 'already']);
    expect(await figures()).toEqual({ available: 10, holds: 0, heldUnits: 0, bought: 0 });
  });

  it('leaves a mark, so that a late resend of the reservation holds nothing', async () => {
    await reserve();
    await release();
    expect(await reserve()).toEqual({ kind: 'ended' });
    expect(await figures()).toMatchObject({ available: 10, holds: 0 });
  });

  it('marks a reservation that it does not find: the reserve may still be on its way', async () => {
    expect(await release()).toBe('already');
    expect(await reserve()).toEqual({ kind: 'ended' });
  });

  it('keeps the mark for a day', async () => {
    await release();
    const ttl = await space.redis.ttl(productKeys(space.prefix, productId).done(reservationId));
    expect(ttl).toBeGreaterThan(86_000);
    expect(ttl).toBeLessThanOrEqual(86_400);
  });

  it('asks to be called again while the product is not loaded, and leaves nothing', async () => {
    productId = 'not-loaded';
    await expect(release()).rejects.toMatchObject({ code: 'REBUILDING', retryable: true });
    await expect(settle()).rejects.toMatchObject({ code: 'REBUILDING' });
    expect(await space.redis.exists(productKeys(space.prefix, productId).done(reservationId))).toBe(0);
  });
});

describe('settle', () => {
  it('ends the hold and keeps the units and the customer count as sold, once', async () => {
    await reserve();
    expect([await settle(), await settle()]).toEqual(['settled', 'already']);
    expect(await figures()).toEqual({ available: 6, holds: 0, heldUnits: 0, bought: 4 });
    expect(await reserve()).toEqual({ kind: 'ended' });
  });

  it('cannot be undone by a release that comes later', async () => {
    await reserve();
    await settle();
    expect(await release()).toBe('already');
    expect(await figures()).toMatchObject({ available: 6, bought: 4 });
  });
});

describe('take', () => {
  it('restores the hold of a released reservation under its new generation', async () => {
    await reserve();
    await release();
    expect([await take(1), await take(1)]).toEqual(['taken', 'already']);
    expect(await figures()).toEqual({ available: 6, holds: 1, heldUnits: 4, bought: 4 });
    expect(await findHold(space.redis, space.prefix, { productId, reservationId })).toMatchObject({
      generation: 1,
      quantity: 4,
      userId: 'ada',
      epoch: 1,
    });
  });

  it('is not undone by a delayed release of the earlier generation', async () => {
    await reserve();
    await release();
    await take(1);
    expect(await release(0)).toBe('already');
    expect(await figures()).toMatchObject({ available: 6, holds: 1 });
    expect(await release(1)).toBe('released');
    expect(await figures()).toEqual({ available: 10, holds: 0, heldUnits: 0, bought: 0 });
  });

  it('raises the generation of a hold that was never released, without taking units again', async () => {
    await reserve();
    expect(await take(1)).toBe('taken');
    expect(await figures()).toEqual({ available: 6, holds: 1, heldUnits: 4, bought: 4 });
    expect(await release(0)).toBe('already');
    expect(await settle(1)).toBe('settled');
  });

  it('answers ended when its own generation was released before it came', async () => {
    await reserve();
    await release(1);
    expect(await take(1)).toBe('ended');
    expect(await figures()).toEqual({ available: 10, holds: 0, heldUnits: 0, bought: 0 });
  });

  it('works after the sale was closed and sold out, taking the counter below zero', async () => {
    productId = await space.product({ available: 4 });
    await reserve();
    await release();
    await space.hold({ productId, quantity: 3 });
    await space.redis.hset(productKeys(space.prefix, productId).sale, 'state', 'CLOSED');
    expect(await take(1)).toBe('taken');
    expect(await figures()).toMatchObject({ available: -3, heldUnits: 7 });
  });

  it('asks to be called again while the product is not loaded', async () => {
    productId = 'not-loaded';
    await expect(take(1)).rejects.toMatchObject({ code: 'REBUILDING', retryable: true });
  });
});

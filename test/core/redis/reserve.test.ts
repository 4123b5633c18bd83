import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import { readRedisTime } from '../../../src/core/redis/read-time.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createRedisSpace, OPEN_SALE, type RedisSpace } from './redis-space.js';

let space: RedisSpace;
beforeAll(() => {
  space = createRedisSpace();
});
afterAll(() => space.close());

const totals = (productId: string) => readTotals(space.redis, space.prefix, productId);

it('takes the units, and stores price, epoch, user and time with the hold', async () => {
  const productId = await space.product({ epoch: 7, available: 10 });
  const reservationId = randomUUID();
  const before = await readRedisTime(space.redis);

  const result = await space.reserve({
    productId,
    reservationId,
    userId: 'ada',
    quantity: 3,
    bodyHash: 'ff00',
  });

  expect(result).toEqual({
    kind: 'reserved',
    hold: {
      reservationId,
      productId,
      userId: 'ada',
      quantity: 3,
      unitPrice: { amountMinor: 4990, currency: 'EUR' },
      epoch: 7,
      bodyHash: 'ff00',
      reservedAt: expect.any(Date) as Date,
      generation: 0,
    },
  });
  if (result.kind !== 'reserved') throw new Error('unreachable');
  expect(result.hold.reservedAt.getTime()).toBeGreaterThanOrEqual(before);
  expect(await totals(productId)).toMatchObject({ available: 7, holds: 1, heldUnits: 3 });
});

it('answers a resend with the first hold, price included, even after the price changed and stock ran out', async () => {
  const productId = await space.product({ available: 1 });
  const reservationId = randomUUID();
  const first = await space.hold({ productId, reservationId });
  await space.redis.set(productKeys(space.prefix, productId).price, '2|1|9900|USD');

  expect(await space.reserve({ productId, reservationId })).toEqual({ kind: 'known', hold: first });
  expect(await totals(productId)).toMatchObject({ available: 0, holds: 1, heldUnits: 1 });
});

it.each([
  ['separators', '7|1|4990|EUR|1|x|0|0|mallory'],
  ['line breaks and quotes', 'a\nb\r\n"c\'\\'],
  ['other scripts and emoji', 'Ünïcødé 名前 🦄'],
  ['128 characters', 'x'.repeat(128)],
  ['words of Lua patterns', '%d+(.*)$^[%z]'],
  ['braces', '{p}:holds'],
  ['spaces at both ends', ' ada '],
])('keeps a user id with %s as it is, through hold, limit and release', async (_what, userId) => {
  const productId = await space.product({ sale: { ...OPEN_SALE, maxPerCustomer: 2 } });
  const reservationId = randomUUID();
  const hold = await space.hold({ productId, reservationId, userId, quantity: 2 });

  expect(hold.userId).toBe(userId);
  expect(await space.reserve({ productId, userId })).toEqual({ kind: 'customer-limit', max: 2 });
  expect(await space.redis.hget(productKeys(space.prefix, productId).limits, userId)).toBe('2');
});

it('counts a customer over all reservations and leaves other customers alone', async () => {
  const productId = await space.product({ sale: { ...OPEN_SALE, maxPerCustomer: 3 } });
  await space.hold({ productId, userId: 'ada', quantity: 2 });
  expect(await space.reserve({ productId, userId: 'ada', quantity: 2 })).toEqual({
    kind: 'customer-limit',
    max: 3,
  });
  await space.hold({ productId, userId: 'ada', quantity: 1 });
  await space.hold({ productId, userId: 'bob', quantity: 3 });
});

describe('a refusal', () => {
  it('says when the sale opens', async () => {
    const opensAt = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 60_000);
    const productId = await space.product({ sale: { ...OPEN_SALE, opensAt } });
    expect(await space.reserve({ productId })).toEqual({ kind: 'not-open-yet', opensAt });
  });

  it('names the maximum per order', async () => {
    const productId = await space.product({ sale: { ...OPEN_SALE, maxPerOrder: 4 } });
    expect(await space.reserve({ productId, quantity: 5 })).toEqual({ kind: 'quantity-limit', max: 4 });
  });

  it('tells a product that is not loaded from one that is sold out', async () => {
    const soldOut = await space.product({ available: 0 });
    expect(await space.reserve({ productId: soldOut })).toEqual({ kind: 'sold-out' });
    expect(await space.reserve({ productId: 'never-seen' })).toEqual({ kind: 'not-loaded' });
  });

  it('is closed once the window has passed, and for a product that is not active', async () => {
    const past = await space.product({ sale: { ...OPEN_SALE, closesAt: new Date(Date.now() - 60_000) } });
    const inactive = await space.product({ active: false });
    expect(await space.reserve({ productId: past })).toEqual({ kind: 'closed' });
    expect(await space.reserve({ productId: inactive })).toEqual({ kind: 'closed' });
  });

  it('changes nothing', async () => {
    const productId = await space.product({ available: 3, sale: { ...OPEN_SALE, maxPerCustomer: 2 } });
    const keys = productKeys(space.prefix, productId);
    expect((await space.reserve({ productId, quantity: 3 })).kind).toBe('customer-limit');
    expect(await totals(productId)).toMatchObject({ available: 3, holds: 0, heldUnits: 0 });
    expect(await space.redis.exists(keys.limits)).toBe(0);
  });

  it.each([0, -1, 1.5, Number.NaN, 1e21, 99_999_999_999])(
    'refuses %d units before it looks at anything',
    async (quantity) => {
      const productId = await space.product();
      await expect(space.reserve({ productId, quantity })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      expect(await totals(productId)).toMatchObject({ available: 10, holds: 0 });
    },
  );
});

it('never hands out more units than there are to many buyers at once', async () => {
  const productId = await space.product({ available: 25 });
  const results = await Promise.all(
    Array.from({ length: 400 }, (_, buyer) => space.reserve({ productId, userId: `buyer-${buyer}` })),
  );
  expect(results.filter((result) => result.kind === 'reserved')).toHaveLength(25);
  expect(results.filter((result) => result.kind === 'sold-out')).toHaveLength(375);
  expect(await totals(productId)).toMatchObject({ available: 0, holds: 25, heldUnits: 25 });
});

it('goes on after the script cache was emptied', async () => {
  const productId = await space.product();
  await space.hold({ productId });
  await space.redis.script('FLUSH');
  await space.hold({ productId });
  expect(await totals(productId)).toMatchObject({ available: 8 });
});

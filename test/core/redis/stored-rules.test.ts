import { afterAll, beforeAll, expect, it } from 'vitest';
import { setPrice } from '../../../src/core/redis/set-price.js';
import { setSale } from '../../../src/core/redis/set-sale.js';
import { createRedisSpace, OPEN_SALE, type RedisSpace } from './redis-space.js';

let space: RedisSpace;
beforeAll(() => {
  space = createRedisSpace();
});
afterAll(() => space.close());

const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });

it('applies a price with the next reserve, and only with a higher revision', async () => {
  const productId = await space.product({ price: null, revision: 1 });
  expect(await space.reserve({ productId })).toEqual({ kind: 'no-price' });
  const price = (amountMinor: number, revision: number, active = true) =>
    setPrice(space.redis, space.prefix, { productId, price: euros(amountMinor), active, revision });

  expect([await price(300, 3), await price(200, 2), await price(301, 3)]).toEqual([
    'set',
    'already',
    'already',
  ]);
  expect((await space.hold({ productId })).unitPrice).toEqual(euros(300));
  await price(300, 4, false);
  expect(await space.reserve({ productId })).toEqual({ kind: 'closed' });
});

it('applies a pause with the next reserve, and a late older change not at all', async () => {
  const productId = await space.product({ sale: OPEN_SALE });
  const sale = (state: 'OPEN' | 'PAUSED', revision: number) =>
    setSale(space.redis, space.prefix, { productId, ...OPEN_SALE, state, revision });

  expect(await sale('PAUSED', 3)).toBe('set');
  expect(await sale('OPEN', 2)).toBe('already');
  expect(await space.reserve({ productId })).toEqual({ kind: 'paused' });
  expect(await sale('OPEN', 4)).toBe('set');
  await space.hold({ productId });
});

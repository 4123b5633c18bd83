import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findKnown } from '../../../src/core/redis/find-known.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { createRedisSpace, type RedisSpace } from './redis-space.js';

let space: RedisSpace;
beforeAll(() => {
  space = createRedisSpace();
});
afterAll(() => space.close());

it('knows the reservations that have a hold and those that have ended, and no other', async () => {
  const productId = await space.product();
  const [held, ended, fresh] = [randomUUID(), randomUUID(), randomUUID()];
  await space.hold({ productId, reservationId: held });
  const release = createRelease(space.redis, space.prefix);
  await release(await space.hold({ productId, reservationId: ended }));
  const known = await findKnown(space.redis, space.prefix, productId, [fresh, held, ended]);
  expect(known).toEqual(new Set([held, ended]));
});

it('lets every reservation ask for itself while the product is not loaded', async () => {
  const productId = await space.product();
  const id = randomUUID();
  await space.redis.unlink(productKeys(space.prefix, productId).stock);
  expect(await findKnown(space.redis, space.prefix, productId, [id])).toEqual(new Set([id]));
});

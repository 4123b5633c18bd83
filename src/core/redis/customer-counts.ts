/** Reads what customers hold or have bought of a product, never the whole hash at once. */
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';
import { scanHash } from './scan-hash.js';

/** Customers per step: well under a millisecond of Redis. */
const STEP = 1_000;

/** @returns units, 0 for a customer who is not there, in the order asked for. @throws AppError UNAVAILABLE */
export async function readCustomerCounts(
  redis: OrdersRedis,
  prefix: string,
  productId: string,
  userIds: readonly string[],
): Promise<number[]> {
  if (userIds.length === 0) return [];
  try {
    const counts = await redis.hmget(productKeys(prefix, productId).limits, ...userIds);
    return counts.map((count) => Number(count ?? 0));
  } catch (error) {
    throw toRedisError(error);
  }
}

/** Number of customers that are counted. @throws AppError UNAVAILABLE */
export async function countCustomers(redis: OrdersRedis, prefix: string, productId: string): Promise<number> {
  try {
    return await redis.hlen(productKeys(prefix, productId).limits);
  } catch (error) {
    throw toRedisError(error);
  }
}

/** Yields the customers that are counted, step by step; one may be yielded twice. @throws AppError UNAVAILABLE */
export async function* scanCustomers(
  redis: OrdersRedis,
  prefix: string,
  productId: string,
): AsyncGenerator<string[], void, undefined> {
  for await (const entries of scanHash(redis, productKeys(prefix, productId).limits, STEP))
    yield entries.map(([userId]) => userId);
}

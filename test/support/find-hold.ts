/** Finds the hold of one reservation. */
import type { OrdersRedis } from '../../src/core/redis/create-redis.js';
import { parseHold, type Hold } from '../../src/core/redis/hold.js';
import { productKeys } from '../../src/core/redis/keys.js';
import { toRedisError } from '../../src/core/redis/redis-errors.js';

/** @throws AppError UNAVAILABLE */
export async function findHold(
  redis: OrdersRedis,
  prefix: string,
  { productId, reservationId }: { readonly productId: string; readonly reservationId: string },
): Promise<Hold | undefined> {
  try {
    const stored = await redis.hget(productKeys(prefix, productId).holds, reservationId);
    return stored === null ? undefined : parseHold(productId, reservationId, stored);
  } catch (error) {
    throw toRedisError(error);
  }
}

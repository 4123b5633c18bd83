/** Finds the hold of one reservation. */
import type { OrdersRedis } from './create-redis.js';
import { parseHold, type Hold } from './hold.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';

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

/** Which of many reservations of one product have a hold, or have left the mark of their end. */
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';

/** @returns those with a hold. @throws AppError UNAVAILABLE */
export function findHeld(
  redis: OrdersRedis,
  prefix: string,
  productId: string,
  reservationIds: readonly string[],
): Promise<ReadonlySet<string>> {
  return present(reservationIds, (ids) => redis.hmget(productKeys(prefix, productId).holds, ...ids));
}

/** @returns those with a mark. @throws AppError UNAVAILABLE */
export function findMarked(
  redis: OrdersRedis,
  prefix: string,
  productId: string,
  reservationIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const keys = productKeys(prefix, productId);
  return present(reservationIds, (ids) => redis.mget(...ids.map((id) => keys.done(id))));
}

async function present(
  ids: readonly string[],
  look: (ids: readonly string[]) => Promise<(string | null)[]>,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  try {
    const found = await look(ids);
    return new Set(ids.filter((_id, index) => found[index] !== null));
  } catch (error) {
    throw toRedisError(error);
  }
}

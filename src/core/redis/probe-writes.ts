/** Asks Redis whether units could be held now. */
import type { OrdersRedis } from './create-redis.js';
import { probeKey } from './keys.js';
import { toRedisError } from './redis-errors.js';

/** @throws AppError UNAVAILABLE also when it answers but takes no writes: out of memory, a replica, no disk */
export async function probeRedisWrites(redis: OrdersRedis, prefix: string): Promise<void> {
  try {
    await redis.set(probeKey(prefix), '1', 'PX', 1_000);
  } catch (error) {
    throw toRedisError(error);
  }
}

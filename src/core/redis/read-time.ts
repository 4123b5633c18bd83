/** The clock of holds and sale windows: Redis TIME, never a process clock. */
import type { OrdersRedis } from './create-redis.js';
import { toRedisError } from './redis-errors.js';

/** @returns milliseconds since the epoch. @throws AppError UNAVAILABLE */
export async function readRedisTime(redis: OrdersRedis): Promise<number> {
  try {
    const [seconds, microseconds] = await redis.time();
    return Number(seconds) * 1_000 + Math.floor(Number(microseconds) / 1_000);
  } catch (error) {
    throw toRedisError(error);
  }
}

/** Removes every key of a product: for one that is gone from Postgres. */
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';

/** @throws AppError UNAVAILABLE; calling again does the rest */
export async function forgetProduct(redis: OrdersRedis, prefix: string, productId: string): Promise<void> {
  const { stock, price, sale, holds, limits, totals } = productKeys(prefix, productId);
  try {
    await redis.unlink(stock, price, sale, holds, limits, totals);
  } catch (error) {
    throw toRedisError(error);
  }
}

/** Removes the marks of ended reservations: for orders that are about to be deleted. They would go by themselves after a day. */
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';

/** @throws AppError UNAVAILABLE; calling again does the rest */
export async function forgetMarks(
  redis: OrdersRedis,
  prefix: string,
  orders: readonly { readonly productId: string; readonly reservationId: string }[],
): Promise<void> {
  const keys = orders.map(({ productId, reservationId }) =>
    productKeys(prefix, productId).done(reservationId),
  );
  if (keys.length === 0) return;
  try {
    // Each by itself: products lie in different cluster slots. The client sends them together.
    await Promise.all(keys.map((key) => redis.unlink(key)));
  } catch (error) {
    throw toRedisError(error);
  }
}

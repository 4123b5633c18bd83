/** Which restocked units the counter does not have yet, by the marks that offering them leaves. */
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';
import type { RestockedUnits } from './restock.js';

/** @param restocks of one product. @returns those that were not offered. @throws AppError UNAVAILABLE */
export async function findUnoffered<R extends RestockedUnits>(
  redis: OrdersRedis,
  prefix: string,
  restocks: readonly R[],
): Promise<R[]> {
  const [first] = restocks;
  if (!first) return [];
  const keys = productKeys(prefix, first.productId);
  try {
    const marks = await redis.mget(restocks.map(({ reservationId }) => keys.done(reservationId)));
    return restocks.filter(({ generation }, index) => Number(marks[index] ?? -1) < generation);
  } catch (error) {
    throw toRedisError(error);
  }
}

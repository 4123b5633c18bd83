/** Asks Redis which of many reservations of one product it knows: far cheaper than as many reserve scripts. */
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';
import { withinDeadline } from './within-deadline.js';

/**
 * In one transaction, because a hold may turn into a done mark, and back, between two commands.
 * @returns those that have a hold or a done mark; all of them while the product is not loaded, since nothing is known
 * of any then
 * @throws AppError UNAVAILABLE when Redis does not answer in time
 */
export async function findKnown(
  redis: OrdersRedis,
  prefix: string,
  productId: string,
  reservationIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const keys = productKeys(prefix, productId);
  const [loaded, holds, marks] = await withinDeadline(
    execute(
      redis
        .multi()
        .exists(keys.stock)
        .hmget(keys.holds, ...reservationIds)
        .mget(...reservationIds.map((id) => keys.done(id))),
    ),
  );
  if (loaded !== 1) return new Set(reservationIds);
  const isThere = (replies: unknown, index: number) => Array.isArray(replies) && replies[index] !== null;
  return new Set(reservationIds.filter((_id, index) => isThere(holds, index) || isThere(marks, index)));
}

async function execute(transaction: ReturnType<OrdersRedis['multi']>): Promise<unknown[]> {
  try {
    const replies = await transaction.exec();
    return (replies ?? []).map(([error, reply]) => {
      if (error) throw error;
      return reply;
    });
  } catch (error) {
    throw toRedisError(error);
  }
}

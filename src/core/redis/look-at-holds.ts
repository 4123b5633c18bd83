/** What Redis knows of reservations of one product: the hold, or the mark that it has ended. */
import type { OrdersRedis } from './create-redis.js';
import { parseHold, type Hold } from './hold.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';

export interface HoldLook {
  /** Null when there is none. */
  readonly hold: Hold | null;
  /** The last generation that has ended; null when none did within the life of the mark. */
  readonly endedGeneration: number | null;
}

export interface ProductLook {
  /** Epoch of the load; null while Redis does not hold the product. */
  readonly epoch: number | null;
  readonly holds: ReadonlyMap<string, HoldLook>;
}

/** One round trip; the caller bounds how many. @throws AppError UNAVAILABLE; INTERNAL for an unreadable hold */
export async function lookAtHolds(
  redis: OrdersRedis,
  prefix: string,
  productId: string,
  reservationIds: readonly string[],
): Promise<ProductLook> {
  const keys = productKeys(prefix, productId);
  const none: (string | null)[] = [];
  try {
    const [loaded, epoch, holds, marks] = await Promise.all([
      redis.exists(keys.stock),
      redis.hget(keys.sale, 'epoch'),
      reservationIds.length === 0 ? none : redis.hmget(keys.holds, ...reservationIds),
      reservationIds.length === 0 ? none : redis.mget(reservationIds.map((id) => keys.done(id))),
    ]);
    return {
      epoch: loaded === 0 || epoch === null ? null : Number(epoch),
      holds: new Map(
        reservationIds.map((id, at) => {
          const stored = holds[at] ?? null;
          const mark = marks[at] ?? null;
          return [
            id,
            {
              hold: stored === null ? null : parseHold(productId, id, stored),
              endedGeneration: mark === null ? null : Number(mark),
            },
          ];
        }),
      ),
    };
  } catch (error) {
    throw toRedisError(error);
  }
}

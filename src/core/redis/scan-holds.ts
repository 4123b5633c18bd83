/** Walks the holds of a product without ever reading the whole hash at once. */
import type { OrdersRedis } from './create-redis.js';
import { parseHold, type Hold } from './hold.js';
import { productKeys } from './keys.js';
import { scanHash } from './scan-hash.js';

/** Holds per step: well under a millisecond of Redis. */
const STEP = 500;

/**
 * Yields the holds in steps of some hundred. A hold that is there during the whole walk is yielded at least once,
 * sometimes twice; one that comes or goes meanwhile may or may not be.
 * @param onUnreadable told of a hold that is no hold, which is then passed over
 * @throws AppError UNAVAILABLE; INTERNAL for an unreadable hold unless `onUnreadable` is given
 */
export async function* scanHolds(
  redis: OrdersRedis,
  prefix: string,
  productId: string,
  onUnreadable?: (productId: string, reservationId: string) => void,
): AsyncGenerator<Hold[], void, undefined> {
  for await (const entries of scanHash(redis, productKeys(prefix, productId).holds, STEP)) {
    const holds: Hold[] = [];
    for (const [reservationId, stored] of entries) {
      try {
        holds.push(parseHold(productId, reservationId, stored));
      } catch (error) {
        if (!onUnreadable) throw error;
        onUnreadable(productId, reservationId);
      }
    }
    if (holds.length > 0) yield holds;
  }
}

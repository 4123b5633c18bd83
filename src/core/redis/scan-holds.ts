/** Walks the holds of a product without ever reading the whole hash at once. */
import type { OrdersRedis } from './create-redis.js';
import { parseHold, type Hold } from './hold.js';
import { productKeys } from './keys.js';
import { toRedisError } from './redis-errors.js';

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
  const key = productKeys(prefix, productId).holds;
  let cursor = '0';
  do {
    let fields: string[];
    try {
      [cursor, fields] = await redis.hscan(key, cursor, 'COUNT', STEP);
    } catch (error) {
      throw toRedisError(error);
    }
    const holds: Hold[] = [];
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const reservationId = fields[at] ?? '';
      try {
        holds.push(parseHold(productId, reservationId, fields[at + 1] ?? ''));
      } catch (error) {
        if (!onUnreadable) throw error;
        onUnreadable(productId, reservationId);
      }
    }
    if (holds.length > 0) yield holds;
  } while (cursor !== '0');
}

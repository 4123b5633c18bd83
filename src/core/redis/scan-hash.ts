/** Walks a hash without ever reading the whole of it at once. */
import type { OrdersRedis } from './create-redis.js';
import { toRedisError } from './redis-errors.js';

export type HashEntry = readonly [field: string, value: string];

/**
 * Yields the entries in steps of about `count`. One that is there during the whole walk is yielded at least once, sometimes
 * twice; one that comes or goes meanwhile may or may not be.
 * @throws AppError UNAVAILABLE
 */
export async function* scanHash(
  redis: OrdersRedis,
  key: string,
  count: number,
): AsyncGenerator<HashEntry[], void, undefined> {
  let cursor = '0';
  do {
    let flat: string[];
    try {
      [cursor, flat] = await redis.hscan(key, cursor, 'COUNT', count);
    } catch (error) {
      throw toRedisError(error);
    }
    const entries: HashEntry[] = [];
    for (let at = 0; at + 1 < flat.length; at += 2) entries.push([flat[at] ?? '', flat[at + 1] ?? '']);
    if (entries.length > 0) yield entries;
  } while (cursor !== '0');
}

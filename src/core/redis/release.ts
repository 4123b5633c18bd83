/** Gives the units of an ended order back to the counter. */
import type { OrdersRedis } from './create-redis.js';
import { endHold, type HoldReference } from './end-hold.js';
import { productKeys } from './keys.js';

export type Release = (hold: HoldReference) => Promise<'released' | 'already'>;

/**
 * Call it only after a final row for the reservation id is committed in Postgres (design section 3).
 * Acts once (I8): a repeated call, or a delayed one of an earlier generation, answers `already`.
 * @throws AppError UNAVAILABLE (Redis is away), REBUILDING (the product is not loaded): call again later and do
 *   not set `hold_done`; the sweep of endings does it
 */
export function createRelease(redis: OrdersRedis, prefix: string): Release {
  return async (hold) => {
    const keys = productKeys(prefix, hold.productId);
    const slots = [keys.stock, keys.holds, keys.limits, keys.totals, keys.done(hold.reservationId)];
    return (await endHold(redis, 'release', slots, hold)) ? 'released' : 'already';
  };
}

/** Ends the hold of a confirmed order: its units are sold and do not come back, the customer's count stays. */
import type { OrdersRedis } from './create-redis.js';
import { endHold, type HoldReference } from './end-hold.js';
import { productKeys } from './keys.js';

export type Settle = (hold: HoldReference) => Promise<'settled' | 'already'>;

/**
 * Call it only after CONFIRMED is committed in Postgres. Acts once (I8), as release does.
 * @throws AppError UNAVAILABLE, REBUILDING: call again later and do not set `hold_done`
 */
export function createSettle(redis: OrdersRedis, prefix: string): Settle {
  return async (hold) => {
    const keys = productKeys(prefix, hold.productId);
    const slots = [keys.stock, keys.holds, keys.totals, keys.done(hold.reservationId)];
    return (await endHold(redis, 'settle', slots, hold)) ? 'settled' : 'already';
  };
}

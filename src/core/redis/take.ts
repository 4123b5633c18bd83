/** Restores the hold of a late payment, after Postgres has claimed its units again. */
import { AppError } from '../errors.js';
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { notLoaded } from './not-loaded.js';
import { codeNameOf } from './reservation-codes.js';
import { runScript } from './scripts.js';
import type { Hold } from './hold.js';

/** A hold as the order row knows it; its time and epoch are those of the taking. */
export type TakenHold = Omit<Hold, 'epoch' | 'reservedAt'>;

/** `ended`: this generation was released meanwhile. */
export type TakeResult = 'taken' | 'already' | 'ended';

/**
 * Call it after the late claim is committed; the generation is the one that the claim has given the row.
 * Acts once, in any order with a delayed release of an earlier generation (I8).
 * @throws AppError UNAVAILABLE; REBUILDING when the product is not loaded: the load may have looked before the claim,
 *   so call again after it
 */
export function createTake(redis: OrdersRedis, prefix: string): (hold: TakenHold) => Promise<TakeResult> {
  return async (hold) => {
    const keys = productKeys(prefix, hold.productId);
    const reply = await runScript(
      redis,
      'take',
      [keys.stock, keys.sale, keys.holds, keys.limits, keys.totals, keys.done(hold.reservationId)],
      [
        hold.reservationId,
        hold.generation,
        hold.userId,
        hold.quantity,
        hold.unitPrice.amountMinor,
        hold.unitPrice.currency,
        hold.bodyHash,
      ],
    );
    switch (codeNameOf(reply)) {
      case 'done':
        return 'taken';
      case 'already':
        return 'already';
      case 'ended':
        return 'ended';
      case 'notLoaded':
        throw notLoaded(hold.productId);
      default:
        throw new AppError('INTERNAL', 'take answered an unknown code', { context: { reply } });
    }
  };
}

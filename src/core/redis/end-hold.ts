/** What release and settle share: both end one generation of a hold, once. */
import { AppError } from '../errors.js';
import type { OrdersRedis } from './create-redis.js';
import { notLoaded } from './not-loaded.js';
import { codeNameOf } from './reservation-codes.js';
import { runScript } from './scripts.js';

/** One generation of one hold. */
export interface HoldReference {
  readonly productId: string;
  readonly reservationId: string;
  readonly generation: number;
}

/** Longer than any client goes on resending the same key. */
export const DONE_MARK_SECONDS = 24 * 60 * 60;

/**
 * @returns true when this call ended the hold, false when nothing was left to end
 * @throws AppError REBUILDING when the product is not loaded: the ending must be tried again after the load,
 *   because the load may bring this hold back (it was live when the load looked)
 */
export async function endHold(
  redis: OrdersRedis,
  script: 'release' | 'settle',
  keys: readonly string[],
  hold: HoldReference,
): Promise<boolean> {
  const reply = await runScript(redis, script, keys, [
    hold.reservationId,
    hold.generation,
    DONE_MARK_SECONDS,
  ]);
  switch (codeNameOf(reply)) {
    case 'done':
      return true;
    case 'already':
      return false;
    case 'notLoaded':
      throw notLoaded(hold.productId);
    default:
      throw new AppError('INTERNAL', `${script} answered an unknown code`, { context: { reply } });
  }
}

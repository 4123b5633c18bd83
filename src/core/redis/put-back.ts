/** Puts back the hold of a live order that is missing in Redis while its units are still taken from the counter. */
import { AppError } from '../errors.js';
import type { OrdersRedis } from './create-redis.js';
import { formatHold, type Hold } from './hold.js';
import { productKeys } from './keys.js';
import { codeNameOf } from './reservation-codes.js';
import { runScript } from './scripts.js';

/** `ended`: its order ended meanwhile. `reloaded`: the product is, or was, loaded anew, with all its holds. */
export type PutBackResult = 'put-back' | 'already' | 'ended' | 'reloaded';

/**
 * Writes the hold alone: counter, customer's count and totals have its units still. Where they have not, the counter
 * is off as well, and the product is to be rebuilt instead. Acts once (I8): the ending of the order that comes
 * first leaves its mark, and nothing is revived.
 * @param hold its epoch is the one under which it was missed
 * @throws AppError UNAVAILABLE
 */
export async function putBack(redis: OrdersRedis, prefix: string, hold: Hold): Promise<PutBackResult> {
  const keys = productKeys(prefix, hold.productId);
  const reply = await runScript(
    redis,
    'putBack',
    [keys.stock, keys.sale, keys.holds, keys.done(hold.reservationId)],
    [hold.reservationId, hold.generation, hold.epoch, formatHold(hold)],
  );
  switch (codeNameOf(reply)) {
    case 'done':
      return 'put-back';
    case 'already':
      return 'already';
    case 'ended':
      return 'ended';
    case 'notLoaded':
    case 'otherEpoch':
      return 'reloaded';
    default:
      throw new AppError('INTERNAL', 'put-back answered an unknown code', { context: { reply } });
  }
}

/** Offers the units of a sold order again, after its sale was called off. */
import { AppError } from '../errors.js';
import type { OrdersRedis } from './create-redis.js';
import { DONE_MARK_SECONDS, type HoldReference } from './end-hold.js';
import { productKeys } from './keys.js';
import { notLoaded } from './not-loaded.js';
import { codeNameOf } from './reservation-codes.js';
import { runScript } from './scripts.js';

/** The generation is the one that giving the claim back has given the row. */
export interface RestockedUnits extends HoldReference {
  readonly userId: string;
  readonly quantity: number;
}

export type Restock = (units: RestockedUnits) => Promise<'restocked' | 'already'>;

/**
 * Call it only after Postgres has given the claim back. Acts once per generation (I8), also beside a load: what was
 * loaded after that commit has counted the units, and carries the mark of this generation.
 * @throws AppError UNAVAILABLE; REBUILDING while the product is not loaded: the load may have looked before the commit,
 *   so call again after it
 */
export function createRestock(redis: OrdersRedis, prefix: string): Restock {
  return async ({ productId, reservationId, generation, userId, quantity }) => {
    const keys = productKeys(prefix, productId);
    const reply = await runScript(
      redis,
      'restock',
      [keys.stock, keys.limits, keys.done(reservationId)],
      [generation, userId, quantity, DONE_MARK_SECONDS],
    );
    switch (codeNameOf(reply)) {
      case 'done':
        return 'restocked';
      case 'already':
        return 'already';
      case 'notLoaded':
        throw notLoaded(productId);
      default:
        throw new AppError('INTERNAL', 'restock answered an unknown code', { context: { reply } });
    }
  };
}

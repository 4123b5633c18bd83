/** Sets the units that a customer holds or has bought, as limits count them. */
import { AppError } from '../errors.js';
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { codeNameOf } from './reservation-codes.js';
import { runScript } from './scripts.js';

export interface CustomerCount {
  readonly productId: string;
  readonly userId: string;
  /** Under which it was read. */
  readonly epoch: number;
  readonly was: number;
  readonly wanted: number;
}

/** `changed`: the customer has bought or got back meanwhile: look again. `reloaded`: so was every count. */
export type SetCustomerCountResult = 'set' | 'already' | 'changed' | 'reloaded';

/** Compares and sets, so that a purchase in between is never lost. @throws AppError UNAVAILABLE */
export async function setCustomerCount(
  redis: OrdersRedis,
  prefix: string,
  { productId, userId, epoch, was, wanted }: CustomerCount,
): Promise<SetCustomerCountResult> {
  const keys = productKeys(prefix, productId);
  const slots = [keys.stock, keys.sale, keys.limits];
  const reply = await runScript(redis, 'setCustomerCount', slots, [userId, epoch, was, wanted]);
  switch (codeNameOf(reply)) {
    case 'done':
      return 'set';
    case 'already':
      return 'already';
    case 'changedMeanwhile':
      return 'changed';
    case 'notLoaded':
    case 'otherEpoch':
      return 'reloaded';
    default:
      throw new AppError('INTERNAL', 'set-customer-count answered an unknown code', { context: { reply } });
  }
}

/** Closes a product in Redis before it is loaded under a new epoch. */
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { CODES } from './reservation-codes.js';
import { runScript } from './scripts.js';

/**
 * From here until the load, reserve answers `not-loaded`, and release and settle ask to be called again.
 * Look at Postgres only afterwards: whatever ended before is final there.
 * @param epoch the raised one, already committed in Postgres: orders of older holds are refused from then on (I12)
 * @returns `superseded` when a later epoch has begun: somebody else loads
 * @throws AppError UNAVAILABLE
 */
export async function unload(
  redis: OrdersRedis,
  prefix: string,
  product: { readonly productId: string; readonly epoch: number },
): Promise<'unloaded' | 'superseded'> {
  const keys = productKeys(prefix, product.productId);
  const slots = [keys.stock, keys.price, keys.sale, keys.holds, keys.limits, keys.totals];
  return (await runScript(redis, 'unload', slots, [product.epoch])) === CODES.done
    ? 'unloaded'
    : 'superseded';
}

/** Which products would be rebuilt in Redis, and why. */
import { AppError } from '../errors.js';
import type { CatalogDeps } from './catalog-deps.js';
import { lookAtLoads, type LookedAt } from './look-at-loads.js';

export interface PlannedRestore extends LookedAt {
  /** A product in step is rebuilt only when it was named. */
  readonly action: 'rebuild' | 'skip';
}

/**
 * @param productIds these, whatever their state; all products with stock that Redis has lost when left out
 * @throws AppError PRODUCT_NOT_FOUND for a named product without stock; UNAVAILABLE
 */
export async function planRestore(
  deps: CatalogDeps,
  productIds?: readonly string[],
): Promise<PlannedRestore[]> {
  const found = await lookAtLoads(deps, productIds);
  const missing = productIds?.filter((id) => !found.some((product) => product.productId === id)) ?? [];
  if (missing.length > 0) {
    throw new AppError('PRODUCT_NOT_FOUND', `no stock was ever seeded for ${missing.join(', ')}`, {
      hint: 'ordersctl restore --all --dry-run shows all that there are',
    });
  }
  return found.map((product) => ({
    ...product,
    action: productIds !== undefined || product.state !== 'in-step' ? 'rebuild' : 'skip',
  }));
}

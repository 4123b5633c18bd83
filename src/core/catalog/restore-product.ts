/** Rebuilds one product in Redis from Postgres, once, however many processes notice that it is lost. */
import { withLoadLock } from '../postgres/with-load-lock.js';
import type { CatalogDeps } from './catalog-deps.js';
import { loadProduct } from './load-product.js';
import { lookAtLoads } from './look-at-loads.js';

/** `in-step`: nothing was to be done. `busy`: somebody else loads it, ask again. */
export type RestoreOutcome = 'rebuilt' | 'in-step' | 'busy' | 'no-stock';

/**
 * Looks again under the load lock, so whoever comes second finds the product in step and raises no further epoch.
 * Safe at any time and during a sale; the product sells nothing while it is loaded.
 * @param options.evenInStep rebuild it also when nothing seems lost
 * @throws AppError UNAVAILABLE, REBUILDING (Redis failed in the middle): the product stays closed, call again
 */
export async function restoreProduct(
  deps: CatalogDeps,
  productId: string,
  options: { readonly evenInStep?: boolean } = {},
): Promise<RestoreOutcome> {
  const outcome = await withLoadLock(deps.pool, productId, async (): Promise<RestoreOutcome> => {
    if (options.evenInStep !== true) {
      const [found] = await lookAtLoads(deps, [productId]);
      if (!found) return 'no-stock';
      if (found.state === 'in-step') return 'in-step';
    }
    const loaded = await loadProduct(deps, productId);
    if (loaded === 'loaded') return 'rebuilt';
    return loaded === 'superseded' ? 'busy' : 'no-stock';
  });
  return outcome ?? 'busy';
}

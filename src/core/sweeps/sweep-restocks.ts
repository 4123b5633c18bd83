/** Offers the units of sales that were called off in Redis, where who called them off could not. */
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import { finishRestocks } from '../orders/finish-restocks.js';
import { findOpenRestocks } from '../postgres/find-open-restocks.js';

/**
 * @param options.olderThanMs leaves fresh ones to the command that decided them
 * @param options.limit of orders in one round; there is another round only for those that did not fit behind a product
 *   that is not loaded
 * @returns how many were finished
 * @throws AppError UNAVAILABLE; what was done before is marked all the same
 */
export async function sweepRestocks(
  deps: CatalogDeps,
  options: { readonly olderThanMs: number; readonly limit: number },
): Promise<number> {
  const notLoaded = new Set<string>();
  let finished = 0;
  for (;;) {
    const withoutProducts = [...notLoaded];
    const open = await findOpenRestocks(deps.pool, { ...options, withoutProducts });
    const { done, notLoaded: found } = await finishRestocks(deps, open);
    for (const productId of found) notLoaded.add(productId);
    finished += done.length;
    if (open.length < options.limit || notLoaded.size === withoutProducts.length) return finished;
  }
}

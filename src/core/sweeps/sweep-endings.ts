/** Finishes the Redis halves of endings that are committed and that nobody finished. */
import { finishEndings } from '../orders/finish-endings.js';
import type { Log } from '../log.js';
import { findUnfinishedEndings } from '../postgres/find-unfinished-endings.js';
import type { CatalogDeps } from '../catalog/catalog-deps.js';

export interface SweptEndings {
  readonly finished: number;
  /** Endings of products that Redis does not hold now; they are finished after the load. */
  readonly waiting: number;
}

/**
 * @param options.olderThanMs leaves fresh endings to the saga that decided them
 * @param options.limit of endings in one round; there is another round only for those that did not fit behind a
 *   product that is not loaded
 * @throws AppError UNAVAILABLE; what was done before is marked all the same
 */
export async function sweepEndings(
  deps: CatalogDeps & { readonly log: Log },
  options: { readonly olderThanMs: number; readonly limit: number },
): Promise<SweptEndings> {
  const notLoaded = new Set<string>();
  let finished = 0;
  let waiting = 0;
  for (;;) {
    const withoutProducts = [...notLoaded];
    const endings = await findUnfinishedEndings(deps.pool, { ...options, withoutProducts });
    const { done, notLoaded: found } = await finishEndings(deps, endings);
    for (const productId of found) notLoaded.add(productId);
    finished += done.length;
    waiting += endings.length - done.length;
    // Endings that wait must not keep the younger ones of other products from their turn.
    if (endings.length < options.limit || notLoaded.size === withoutProducts.length) break;
  }
  if (waiting > 0) deps.log.warn({ waiting }, 'endings wait for products that are not loaded in Redis');
  return { finished, waiting };
}

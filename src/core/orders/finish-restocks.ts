/** Offers the units of restocked orders in Redis again, and notes which are. */
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import { AppError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import type { OpenRestock } from '../postgres/find-open-restocks.js';
import { markRestocksDone } from '../postgres/mark-restocks-done.js';
import { createRestock } from '../redis/restock.js';

export interface FinishedRestocks {
  /** Order ids. */
  readonly done: readonly string[];
  /** Products that Redis does not hold now: their units are counted by the load, and noted after it. */
  readonly notLoaded: ReadonlySet<string>;
}

/** Round trips to Redis at once. */
const WIDTH = 32;

/**
 * Only for units that Postgres has given back. Acts once per order, so repeating it offers nothing twice (I8).
 * @throws AppError UNAVAILABLE; what was done before is marked all the same
 */
export async function finishRestocks(
  deps: CatalogDeps,
  restocks: readonly OpenRestock[],
): Promise<FinishedRestocks> {
  const restock = createRestock(deps.redis, deps.prefix);
  const done: string[] = [];
  const notLoaded = new Set<string>();
  try {
    await inParallel(restocks, WIDTH, async (units) => {
      try {
        await restock(units);
        done.push(units.orderId);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'REBUILDING') throw error;
        notLoaded.add(units.productId);
      }
    });
  } finally {
    await markRestocksDone(deps.pool, done);
  }
  return { done, notLoaded };
}

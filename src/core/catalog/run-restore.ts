/** Carries a restore out, product by product, beside whatever else rebuilds the same. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, toAppError } from '../errors.js';
import type { CatalogDeps } from './catalog-deps.js';
import { inParallel } from '../in-parallel.js';
import type { PlannedRestore } from './plan-restore.js';
import { restoreProduct } from './restore-product.js';

/** `in-step`: somebody else, most likely serve, was faster. */
export interface RestoredProduct {
  readonly productId: string;
  readonly outcome: 'rebuilt' | 'in-step' | 'failed';
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
}

export interface RestoreReport {
  readonly results: readonly RestoredProduct[];
  /** Why a store could not be reached any more; the products after that failed untried. */
  readonly stoppedBy: AppError | null;
}

/** Each takes two connections. */
const WIDTH = 2;
/** How long somebody else may be at a product. */
const OTHERS_LOAD_MS = 30_000;
const ASK_AGAIN_MS = 100;

/**
 * Harmless to repeat: what is in step stays, unless it was named.
 * @param signal begins no further product; those are not in the results
 */
export async function runRestore(
  deps: CatalogDeps,
  planned: readonly PlannedRestore[],
  signal?: AbortSignal,
): Promise<RestoreReport> {
  let stoppedBy: AppError | null = null;
  const todo = planned.filter((product) => product.action === 'rebuild');
  const results = await inParallel(todo, WIDTH, async (product): Promise<RestoredProduct | null> => {
    const { productId } = product;
    if (signal?.aborted) return null;
    if (stoppedBy) return { productId, outcome: 'failed', reason: stoppedBy.message };
    try {
      return { productId, outcome: await restoreInTurn(deps, product), reason: null };
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'UNAVAILABLE') stoppedBy = error;
      return { productId, outcome: 'failed', reason: error.message };
    }
  });
  return { results: results.filter((result) => result !== null), stoppedBy };
}

async function restoreInTurn(
  deps: CatalogDeps,
  { productId, state }: PlannedRestore,
): Promise<'rebuilt' | 'in-step'> {
  const deadline = performance.now() + OTHERS_LOAD_MS;
  while (performance.now() < deadline) {
    // One that was lost when we looked needs no second rebuild after somebody else's.
    const outcome = await restoreProduct(deps, productId, { evenInStep: state === 'in-step' });
    if (outcome === 'rebuilt' || outcome === 'in-step') return outcome;
    if (outcome === 'no-stock') throw new AppError('PRODUCT_NOT_FOUND', `${productId} has no stock any more`);
    await delay(ASK_AGAIN_MS);
  }
  throw new AppError('REBUILDING', `another process has been loading ${productId} for too long`);
}

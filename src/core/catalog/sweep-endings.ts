/** Finishes the Redis halves of endings that are committed and that nobody finished. */
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { findUnfinishedEndings, type UnfinishedEnding } from '../postgres/find-unfinished-endings.js';
import { markHoldsDone } from '../postgres/mark-holds-done.js';
import { createRelease } from '../redis/release.js';
import { createSettle } from '../redis/settle.js';
import type { CatalogDeps } from './catalog-deps.js';
import { inParallel } from '../in-parallel.js';

export interface SweptEndings {
  readonly finished: number;
  /** Endings of products that Redis does not hold now; they are finished after the load. */
  readonly waiting: number;
}

/** Round trips to Redis at once. */
const WIDTH = 32;

/**
 * Decided in Postgres, so acting is safe whoever acts and however often (I8). `hold_done` is set only for the
 * generation that was ended, and only after Redis has answered.
 * @param options.olderThanMs leaves fresh endings to the saga that decided them
 * @param options.limit of endings in one round; there is another round only for those that did not fit behind a
 *   product that is not loaded
 * @throws AppError UNAVAILABLE; what was done before is marked all the same
 */
export async function sweepEndings(
  deps: CatalogDeps & { readonly log: Log },
  options: { readonly olderThanMs: number; readonly limit: number },
): Promise<SweptEndings> {
  const release = createRelease(deps.redis, deps.prefix);
  const settle = createSettle(deps.redis, deps.prefix);
  const notLoaded = new Set<string>();
  let finished = 0;
  let waiting = 0;
  for (;;) {
    const withoutProducts = [...notLoaded];
    const endings = await findUnfinishedEndings(deps.pool, { ...options, withoutProducts });
    const done: UnfinishedEnding[] = [];
    try {
      await inParallel(endings, WIDTH, async (ending) => {
        try {
          await (ending.status === 'CONFIRMED' ? settle(ending) : release(ending));
          done.push(ending);
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'REBUILDING') throw error;
          notLoaded.add(ending.productId);
        }
      });
    } finally {
      await markHoldsDone(deps.pool, done);
    }
    finished += done.length;
    waiting += endings.length - done.length;
    // Endings that wait must not keep the younger ones of other products from their turn.
    if (endings.length < options.limit || notLoaded.size === withoutProducts.length) break;
  }
  if (waiting > 0) deps.log.warn({ waiting }, 'endings wait for products that are not loaded in Redis');
  return { finished, waiting };
}

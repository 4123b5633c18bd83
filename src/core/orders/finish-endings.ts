/** Finishes the Redis halves of many endings, and notes which are done. */
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import { AppError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import type { FinalStatus } from '../order.js';
import type { HoldName } from '../postgres/confirm-orders.js';
import { markHoldsDone } from '../postgres/mark-holds-done.js';
import { createFinishHold, type FinishedHold } from './finish-hold.js';

/** A committed ending whose Redis half is open. */
export interface OpenEnding extends HoldName {
  readonly orderId: string;
  readonly status: FinalStatus;
}

export interface FinishedEndings<E extends OpenEnding> {
  readonly done: readonly { readonly ending: E; readonly how: FinishedHold }[];
  /** Products that Redis does not hold now: their endings are to be finished after the load. */
  readonly notLoaded: ReadonlySet<string>;
}

/** Round trips to Redis at once. */
const WIDTH = 32;

/**
 * Decided in Postgres, so acting is safe whoever acts and however often (I8). `hold_done` is set only for the
 * generation that was ended, and only after Redis has answered.
 * @throws AppError UNAVAILABLE; what was done before is marked all the same
 */
export async function finishEndings<E extends OpenEnding>(
  deps: CatalogDeps,
  endings: readonly E[],
): Promise<FinishedEndings<E>> {
  const finishHold = createFinishHold(deps);
  const done: { ending: E; how: FinishedHold }[] = [];
  const notLoaded = new Set<string>();
  try {
    await inParallel(endings, WIDTH, async (ending) => {
      try {
        const how = ending.status === 'CONFIRMED' ? 'settle' : 'release';
        done.push({ ending, how: await finishHold({ ...ending, how }) });
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'REBUILDING') throw error;
        notLoaded.add(ending.productId);
      }
    });
  } finally {
    await markHoldsDone(
      deps.pool,
      done.map(({ ending }) => ending),
    );
  }
  return { done, notLoaded };
}

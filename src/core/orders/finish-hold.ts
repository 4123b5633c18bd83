/** The Redis half of an ending: gives a hold back, or notes that its units are sold. */
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import type { HoldName } from '../postgres/confirm-orders.js';
import { findClaimedHolds } from '../postgres/find-claimed-holds.js';
import { createRelease } from '../redis/release.js';
import { createSettle } from '../redis/settle.js';
import { createTake } from '../redis/take.js';

export interface EndedHold extends HoldName {
  readonly orderId: string;
  readonly how: 'release' | 'settle';
}

/** `already`: nothing was left to do. */
export type FinishedHold = 'released' | 'settled' | 'already';

/**
 * Only for an ending that is committed. Acts once per generation, so repeating it gives nothing back twice (I8).
 *
 * A hold that was claimed late is taken before it is settled: whoever confirmed the order may have been faster than
 * the one who claimed for it, and units that were never taken again would be offered for ever. Taken or settled before,
 * the first step does nothing.
 * @throws AppError UNAVAILABLE, REBUILDING while the product is not loaded: call again later
 */
export function createFinishHold(deps: CatalogDeps): (hold: EndedHold) => Promise<FinishedHold> {
  const release = createRelease(deps.redis, deps.prefix);
  const settle = createSettle(deps.redis, deps.prefix);
  const take = createTake(deps.redis, deps.prefix);
  return async (hold) => {
    if (hold.how === 'release') return release(hold);
    if (hold.generation > 0) {
      const claimed = (await findClaimedHolds(deps.pool, [hold.orderId])).get(hold.orderId);
      if (claimed) await take(claimed);
    }
    return settle(hold);
  };
}

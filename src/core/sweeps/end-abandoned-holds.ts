/** Ends holds that no live order needs, as the rows of their reservations say. */
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import { AppError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import { abandonReservations } from '../postgres/abandon-reservations.js';
import type { Hold } from '../redis/hold.js';
import { createRelease } from '../redis/release.js';
import { createSettle } from '../redis/settle.js';

/** `left`: a live order needs it, it was ended meanwhile, it is damaged, or its product is being loaded. */
export type AbandonedOutcome = 'released' | 'settled' | 'left';

/** Round trips to Redis at once. */
const WIDTH = 32;

/**
 * Commits an ABANDONED row for each reservation without a row first, and ends the hold by the row found (I1, I8): harmless
 * for holds that are needed after all, and when called twice.
 * @param holds may name one twice, as a step of a walk does
 * @returns by reservation id
 * @throws AppError UNAVAILABLE
 */
export async function endAbandonedHolds(
  deps: CatalogDeps,
  holds: readonly Hold[],
): Promise<Map<string, AbandonedOutcome>> {
  if (holds.length === 0) return new Map();
  const release = createRelease(deps.redis, deps.prefix);
  const settle = createSettle(deps.redis, deps.prefix);
  const found = new Map(holds.map((hold) => [hold.reservationId, hold]));
  const verdicts = await abandonReservations(deps.pool, [...found.values()]);
  const outcomes = await inParallel([...found.values()], WIDTH, async (hold): Promise<AbandonedOutcome> => {
    const decided = verdicts.get(hold.reservationId);
    if (!decided || decided.verdict === 'leave') return 'left';
    const { productId, reservationId } = hold;
    const named = { productId, reservationId, generation: decided.generation };
    try {
      const outcome = await (decided.verdict === 'settle' ? settle(named) : release(named));
      return outcome === 'already' ? 'left' : outcome;
    } catch (error) {
      // The product is being loaded: the load leaves this hold out, or the next run finds it.
      if (error instanceof AppError && error.code === 'REBUILDING') return 'left';
      throw error;
    }
  });
  return new Map([...found.keys()].map((reservationId, index) => [reservationId, outcomes[index] ?? 'left']));
}

/** Ends holds whose order never came: the process that made them died, or nobody asked again. */
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { abandonReservations, type HoldVerdict } from '../postgres/abandon-reservations.js';
import { findClaims } from '../postgres/find-claims.js';
import { findProducts } from '../postgres/find-products.js';
import type { Hold } from '../redis/hold.js';
import { readRedisTime } from '../redis/read-time.js';
import { createRelease } from '../redis/release.js';
import { scanHolds } from '../redis/scan-holds.js';
import { createSettle } from '../redis/settle.js';
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import { inParallel } from '../in-parallel.js';

export interface SweptHolds {
  readonly released: number;
  readonly settled: number;
}

/** Round trips to Redis at once. */
const WIDTH = 32;

/**
 * Commits first, acts after: for every hold older than `olderThanMs` by Redis TIME that no live order needs, an
 * ABANDONED row is committed if its reservation has no row yet, and only then the hold is ended as the row says.
 * Reading "no order yet" and releasing would oversell: the order may be on its way (I1, I8).
 * @param options.limit holds ended in this call, over all products; when that many were, call again
 * @throws AppError UNAVAILABLE
 */
export async function sweepAbandonedHolds(
  deps: CatalogDeps & { readonly log: Log },
  options: { readonly olderThanMs: number; readonly limit: number },
): Promise<SweptHolds> {
  const before = (await readRedisTime(deps.redis)) - options.olderThanMs;
  const swept = { released: 0, settled: 0 };
  for (const { productId, stock } of await findProducts(deps.pool)) {
    if (!stock) continue;
    for await (const step of scanHolds(deps.redis, deps.prefix, productId, reportUnreadable(deps.log))) {
      const room = options.limit - swept.released - swept.settled;
      if (room <= 0) return swept;
      const candidates = await withoutLiveOrder(
        deps,
        step.filter((hold) => hold.reservedAt.getTime() <= before),
      );
      const ended = await endAbandoned(deps, candidates.slice(0, room));
      swept.released += ended.released;
      swept.settled += ended.settled;
    }
  }
  return swept;
}

/** Most old holds belong to orders that wait for their payment: one look-up spares them the insert. */
async function withoutLiveOrder(deps: CatalogDeps, holds: readonly Hold[]): Promise<Hold[]> {
  if (holds.length === 0) return [];
  const claims = await findClaims(
    deps.pool,
    holds.map((hold) => hold.reservationId),
  );
  return holds.filter(({ reservationId, productId }) => {
    const claim = claims.get(reservationId);
    return claim?.kind !== 'live' || claim.productId !== productId;
  });
}

async function endAbandoned(deps: CatalogDeps, holds: readonly Hold[]): Promise<SweptHolds> {
  if (holds.length === 0) return { released: 0, settled: 0 };
  const release = createRelease(deps.redis, deps.prefix);
  const settle = createSettle(deps.redis, deps.prefix);
  // A step may show a hold twice; the rows of one call are unique.
  const found = new Map(holds.map((hold) => [hold.reservationId, hold]));
  const verdicts = await abandonReservations(deps.pool, [...found.values()]);
  const outcomes = await inParallel([...found.values()], WIDTH, async (hold) => {
    const decided: HoldVerdict | undefined = verdicts.get(hold.reservationId);
    if (!decided || decided.verdict === 'leave') return 'left';
    const { productId, reservationId } = hold;
    const named = { productId, reservationId, generation: decided.generation };
    try {
      return await (decided.verdict === 'settle' ? settle(named) : release(named));
    } catch (error) {
      // The product is being loaded: the load leaves this hold out, or the next run finds it.
      if (error instanceof AppError && error.code === 'REBUILDING') return 'left';
      throw error;
    }
  });
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  return { released: count('released'), settled: count('settled') };
}

function reportUnreadable(log: Log): (productId: string, reservationId: string) => void {
  return (productId, reservationId) =>
    log.error({ productId, reservationId }, 'a hold is not readable; left alone');
}

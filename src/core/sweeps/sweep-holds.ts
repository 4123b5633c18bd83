/** Ends holds whose order never came: the process that made them died, or nobody asked again. */
import type { Log } from '../log.js';
import { findClaims } from '../postgres/find-claims.js';
import { findProducts } from '../postgres/find-products.js';
import type { Hold } from '../redis/hold.js';
import { readRedisTime } from '../redis/read-time.js';
import { scanHolds } from '../redis/scan-holds.js';
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import { endAbandonedHolds } from './end-abandoned-holds.js';

export interface SweptHolds {
  readonly released: number;
  readonly settled: number;
}

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
  const swept = { released: 0, settled: 0 };
  for await (const candidates of walkAbandonedHolds(deps, options)) {
    const room = options.limit - swept.released - swept.settled;
    const outcomes = await endAbandonedHolds(deps, candidates.slice(0, room));
    for (const outcome of outcomes.values()) if (outcome !== 'left') swept[outcome] += 1;
    if (swept.released + swept.settled >= options.limit) break;
  }
  return swept;
}

/**
 * Holds older than `olderThanMs` that no live order needed when its row was read, step by step over all products; one may come
 * twice.
 * @throws AppError UNAVAILABLE
 */
export async function* walkAbandonedHolds(
  deps: CatalogDeps & { readonly log: Log },
  options: { readonly olderThanMs: number },
): AsyncGenerator<readonly Hold[], void, undefined> {
  const before = (await readRedisTime(deps.redis)) - options.olderThanMs;
  for (const { productId, stock } of await findProducts(deps.pool)) {
    if (!stock) continue;
    for await (const step of scanHolds(deps.redis, deps.prefix, productId, reportUnreadable(deps.log))) {
      const old = step.filter((hold) => hold.reservedAt.getTime() <= before);
      const candidates = await withoutLiveOrder(deps, old);
      if (candidates.length > 0) yield candidates;
    }
  }
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

function reportUnreadable(log: Log): (productId: string, reservationId: string) => void {
  return (productId, reservationId) =>
    log.error({ productId, reservationId }, 'a hold is not readable; left alone');
}

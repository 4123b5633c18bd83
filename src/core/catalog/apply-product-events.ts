/** Applies product events: Postgres first, in one transaction, then Redis. Safe to run twice. */
import { findProducts } from '../postgres/find-products.js';
import { lockDatedProducts } from '../postgres/lock-dated-products.js';
import type { Pool } from '../postgres/create-pool.js';
import { putProducts } from '../postgres/put-products.js';
import { readClock } from '../postgres/read-clock.js';
import { takeSeedingTurn } from '../postgres/take-seeding-turn.js';
import { withTransaction } from '../postgres/with-transaction.js';
import type { CatalogDeps } from './catalog-deps.js';
import { planProductEvents, type EventOutcome } from './plan-product-events.js';
import type { ProductEvent } from './product-event.js';
import { writePrices } from './write-prices.js';

/**
 * Of all events and price commands of a product the one that happened last stays; accepted orders keep their price.
 * Products that do not exist yet are made: one that was deactivated before it is seeded must not sell afterwards.
 * Redis needs no stock for it: what is loaded later keeps the higher revision.
 * @param events as they arrived
 * @returns the outcome of each; a refused one changes nothing and stops no other
 * @throws AppError UNAVAILABLE: apply all of them again
 */
export async function applyProductEvents(
  deps: CatalogDeps,
  events: readonly ProductEvent[],
  options: { readonly defaultCurrency: string | undefined },
): Promise<ReadonlyMap<ProductEvent, EventOutcome>> {
  if (events.length === 0) return new Map();
  const ofProduct = groupByProduct(events);
  const outcomes = await writePostgres(deps.pool, ofProduct, options.defaultCurrency);
  // Also for events that changed nothing: the attempt before this one may have ended between Postgres and Redis.
  await writePrices(deps, await findProducts(deps.pool, [...ofProduct.keys()]));
  return outcomes;
}

function groupByProduct(events: readonly ProductEvent[]): Map<string, ProductEvent[]> {
  const groups = new Map<string, ProductEvent[]>();
  for (const event of events) {
    const group = groups.get(event.productId);
    if (group) group.push(event);
    else groups.set(event.productId, [event]);
  }
  return groups;
}

function writePostgres(
  pool: Pool,
  ofProduct: ReadonlyMap<string, readonly ProductEvent[]>,
  defaultCurrency: string | undefined,
): Promise<Map<ProductEvent, EventOutcome>> {
  return withTransaction(pool, async (db) => {
    await takeSeedingTurn(db);
    const known = await lockDatedProducts(db, [...ofProduct.keys()]);
    const now = await readClock(db);
    const planned = [...ofProduct].map(([productId, events]) =>
      planProductEvents(known.get(productId), events, { defaultCurrency, now }),
    );
    await putProducts(
      db,
      planned.flatMap(({ after }) => after ?? []),
    );
    return new Map(planned.flatMap(({ outcomes }) => [...outcomes]));
  });
}

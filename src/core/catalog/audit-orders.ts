/** Walks the orders of a product and tells those for which Redis lacks what it must have: a hold, or the mark of an end. */
import { findEndedHolds, type DoneHold } from '../postgres/find-ended-holds.js';
import { findLiveHolds, type LiveCursor, type LiveHold } from '../postgres/find-live-holds.js';
import { DONE_MARK_SECONDS } from '../redis/end-hold.js';
import { findHeld, findMarked } from '../redis/find-held.js';
import { readTotals } from '../redis/read-totals.js';
import type { CatalogDeps } from './catalog-deps.js';

/** A live order without hold, and whether its mark claims that it has ended. */
export interface MissingHold extends LiveHold {
  readonly hasMark: boolean;
}

export type LostMark = DoneHold;

const PAGE = 1_000;
/** An order that old may have lost its mark by time; younger ones cannot. */
const MARKED_MS = (DONE_MARK_SECONDS - 60 * 60) * 1_000;

/**
 * Every live order has a hold from before its row until after its end; so one that is live, has none, and is still live
 * and the same afterwards has lost it. Only what was claimed again not long ago may have its hold still to come.
 * Ends without more as soon as the product is loaded anew: then every hold is another.
 * @param options.leakedAfterMs how long a late claim may take to be taken
 * @throws AppError UNAVAILABLE
 */
export async function* walkMissingHolds(
  deps: CatalogDeps,
  productId: string,
  options: { readonly epoch: number; readonly leakedAfterMs: number },
): AsyncGenerator<readonly MissingHold[], void, undefined> {
  const { pool, redis, prefix } = deps;
  for await (const page of pagesOf((after) => findLiveHolds(pool, { productId, after, limit: PAGE }))) {
    const held = await findHeld(redis, prefix, productId, page.map(reservationOf));
    const suspects = page.filter(({ reservationId }) => !held.has(reservationId));
    if (suspects.length === 0) continue;
    if (!(await isLoaded(deps, productId, options.epoch))) return;
    // The marks before the rows: an order that is live after its mark was seen did not end just now.
    const marked = await findMarked(redis, prefix, productId, suspects.map(reservationOf));
    const orderIds = suspects.map(({ orderId }) => orderId);
    const again = await findLiveHolds(pool, { productId, after: null, limit: PAGE, orderIds });
    const generations = new Map(suspects.map(({ orderId, generation }) => [orderId, generation]));
    const missing = again.filter(
      ({ orderId, generation, quietMs }) =>
        generations.get(orderId) === generation && (generation === 0 || quietMs >= options.leakedAfterMs),
    );
    if (missing.length > 0)
      yield missing.map((order) => ({ ...order, hasMark: marked.has(order.reservationId) }));
  }
}

/**
 * An order whose Redis half is done has left its mark, for a day. One that has none would have a resend of its
 * reservation take a unit for nothing.
 * @throws AppError UNAVAILABLE
 */
export async function* walkLostMarks(
  deps: CatalogDeps,
  productId: string,
  options: { readonly epoch: number },
): AsyncGenerator<readonly LostMark[], void, undefined> {
  const { pool, redis, prefix } = deps;
  const query = { productId, youngerThanMs: MARKED_MS, limit: PAGE };
  for await (const page of pagesOf((after) => findEndedHolds(pool, { ...query, after }))) {
    const marked = await findMarked(redis, prefix, productId, page.map(reservationOf));
    const lost = page.filter(({ reservationId }) => !marked.has(reservationId));
    if (lost.length === 0) continue;
    if (!(await isLoaded(deps, productId, options.epoch))) return;
    yield lost;
  }
}

async function* pagesOf<T extends LiveCursor>(
  find: (after: LiveCursor | null) => Promise<readonly T[]>,
): AsyncGenerator<readonly T[], void, undefined> {
  let after: LiveCursor | null = null;
  do {
    const page: readonly T[] = await find(after);
    if (page.length > 0) yield page;
    after = page.length < PAGE ? null : (page.at(-1) ?? null);
  } while (after);
}

async function isLoaded({ redis, prefix }: CatalogDeps, productId: string, epoch: number): Promise<boolean> {
  const totals = await readTotals(redis, prefix, productId);
  return totals.available !== null && totals.epoch === epoch;
}

const reservationOf = ({ reservationId }: { readonly reservationId: string }) => reservationId;

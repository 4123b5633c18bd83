/** Compares what limits count of each customer with what he really holds or has bought. */
import { setTimeout as delay } from 'node:timers/promises';
import { eachCustomerUnits, findCustomerClaims } from '../postgres/customer-units.js';
import { countCustomers, readCustomerCounts, scanCustomers } from '../redis/customer-counts.js';
import { scanHolds } from '../redis/scan-holds.js';
import type { CatalogDeps } from './catalog-deps.js';

export interface WrongCount {
  readonly userId: string;
  /** Units as Redis counts them. */
  readonly counted: number;
  /** Units of his orders, and of his holds that have no order. */
  readonly actual: number;
}

export interface CustomerLook {
  readonly checked: number;
  readonly wrong: readonly WrongCount[];
}

/** Customers looked at closely in one look; a count that is wrong beyond them is found by the next. */
const MAX_SUSPECTS = 5_000;
const PAUSE_MS = 60;

/**
 * First all customers by one pass over the orders, then the few that differ one by one and twice: what was in flight
 * the first time has arrived, or moves the count.
 * @param options.leakedAfterMs how long a late claim may take to be taken
 * @throws AppError UNAVAILABLE
 */
export async function findWrongCounts(
  deps: CatalogDeps,
  productId: string,
  options: { readonly leakedAfterMs: number },
): Promise<CustomerLook> {
  const { redis, prefix } = deps;
  const suspects = new Set<string>();
  let checked = 0;
  await eachCustomerUnits(deps.pool, productId, async (page) => {
    const userIds = page.map(([userId]) => userId);
    const counts = await readCustomerCounts(redis, prefix, productId, userIds);
    page.forEach(([userId, units], index) => {
      if (counts[index] !== units && suspects.size < MAX_SUSPECTS) suspects.add(userId);
    });
    checked += page.length;
  });
  const counted = await countCustomers(redis, prefix, productId);
  // Somebody is counted who has no order: a hold in flight, or nothing at all.
  if (counted > checked) await addStrangers(deps, productId, suspects);
  return {
    checked: Math.max(checked, counted),
    wrong: await confirm(deps, productId, [...suspects], options),
  };
}

async function addStrangers(deps: CatalogDeps, productId: string, suspects: Set<string>): Promise<void> {
  for await (const userIds of scanCustomers(deps.redis, deps.prefix, productId)) {
    const claims = await findCustomerClaims(deps.pool, productId, userIds, { quietMs: 0 });
    const known = new Set(claims.map(({ userId }) => userId));
    for (const userId of userIds) {
      if (known.has(userId)) continue;
      if (suspects.size >= MAX_SUSPECTS) return;
      suspects.add(userId);
    }
  }
}

async function confirm(
  deps: CatalogDeps,
  productId: string,
  suspects: readonly string[],
  options: { readonly leakedAfterMs: number },
): Promise<WrongCount[]> {
  const first = await lookClosely(deps, productId, suspects, options);
  if (first.length === 0) return [];
  await delay(PAUSE_MS);
  const second = await lookClosely(
    deps,
    productId,
    first.map(({ userId }) => userId),
    options,
  );
  const before = new Map(first.map((count) => [count.userId, count]));
  return second.filter(({ userId, counted, actual }) => {
    const earlier = before.get(userId);
    return earlier?.counted === counted && earlier.actual === actual;
  });
}

/**
 * Holds before rows, added up by reservation: an order that is inserted or ends in between is in one of them or in both, and
 * counts once. A count that moved meanwhile says nothing.
 */
async function lookClosely(
  deps: CatalogDeps,
  productId: string,
  userIds: readonly string[],
  options: { readonly leakedAfterMs: number },
): Promise<WrongCount[]> {
  if (userIds.length === 0) return [];
  const { pool, redis, prefix } = deps;
  const before = await readCustomerCounts(redis, prefix, productId, userIds);
  const units = new Map(userIds.map((userId) => [userId, new Map<string, number>()]));
  for await (const step of scanHolds(redis, prefix, productId, () => undefined)) {
    for (const hold of step) units.get(hold.userId)?.set(hold.reservationId, hold.quantity);
  }
  for (const claim of await findCustomerClaims(pool, productId, userIds, {
    quietMs: options.leakedAfterMs,
  })) {
    if (claim.isMoving) units.delete(claim.userId);
    else units.get(claim.userId)?.set(claim.reservationId, claim.quantity);
  }
  const after = await readCustomerCounts(redis, prefix, productId, userIds);
  return userIds.flatMap((userId, index) => {
    const own = units.get(userId);
    const counted = after[index] ?? 0;
    if (!own || before[index] !== counted) return [];
    let actual = 0;
    for (const quantity of own.values()) actual += quantity;
    return actual === counted ? [] : [{ userId, counted, actual }];
  });
}

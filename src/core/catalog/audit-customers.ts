/** Compares what limits count of each customer with what he really holds or has bought. */
import { setTimeout as delay } from 'node:timers/promises';
import { eachCustomerUnits, findCustomerClaims, type ProductCustomer } from '../postgres/customer-units.js';
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

/** The customers of one product after the first pass. */
export interface ComparedCustomers {
  readonly checked: number;
  /** Whose count differed at that moment: in flight, or wrong. */
  readonly suspects: ReadonlySet<string>;
}

/** Customers of a product looked at closely in one look; a count that is wrong beyond them is found by the next. */
const MAX_SUSPECTS = 5_000;
const PAUSE_MS = 60;

/**
 * All customers of these products, in one pass over the orders.
 * @returns by product id. @throws AppError UNAVAILABLE
 */
export async function compareCustomers(
  deps: CatalogDeps,
  productIds: readonly string[],
): Promise<Map<string, ComparedCustomers>> {
  const { pool, redis, prefix } = deps;
  const found = new Map(productIds.map((id) => [id, { checked: 0, suspects: new Set<string>() }]));
  await eachCustomerUnits(pool, productIds, async (page) => {
    // The counts of all products of a page travel together.
    await Promise.all(
      [...groupByProduct(page)].map(async ([productId, customers]) => {
        const seen = found.get(productId);
        if (!seen) return;
        const userIds = customers.map(({ userId }) => userId);
        const counts = await readCustomerCounts(redis, prefix, productId, userIds);
        customers.forEach(({ userId, units }, index) => {
          if (counts[index] !== units && seen.suspects.size < MAX_SUSPECTS) seen.suspects.add(userId);
        });
        seen.checked += customers.length;
      }),
    );
  });
  for (const [productId, seen] of found) {
    const counted = await countCustomers(redis, prefix, productId);
    // Somebody is counted who has no order: a hold in flight, or nothing at all.
    if (counted > seen.checked) await addStrangers(deps, productId, seen.suspects);
    seen.checked = Math.max(seen.checked, counted);
  }
  return found;
}

/**
 * The suspects one by one, and twice: what was in flight the first time has arrived, or moves the count.
 * @param options.leakedAfterMs how long a late claim may take to be taken
 * @throws AppError UNAVAILABLE
 */
export async function findWrongCounts(
  deps: CatalogDeps,
  productId: string,
  suspects: ReadonlySet<string>,
  options: { readonly leakedAfterMs: number },
): Promise<WrongCount[]> {
  const first = await lookClosely(deps, productId, [...suspects], options);
  if (first.length === 0) return [];
  await delay(PAUSE_MS);
  const again = first.map(({ userId }) => userId);
  const second = await lookClosely(deps, productId, again, options);
  const before = new Map(first.map((count) => [count.userId, count]));
  return second.filter(({ userId, counted, actual }) => {
    const earlier = before.get(userId);
    return earlier?.counted === counted && earlier.actual === actual;
  });
}

function groupByProduct(page: readonly ProductCustomer[]): Map<string, ProductCustomer[]> {
  const groups = new Map<string, ProductCustomer[]>();
  for (const customer of page) {
    const group = groups.get(customer.productId);
    if (group) group.push(customer);
    else groups.set(customer.productId, [customer]);
  }
  return groups;
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

/** Removes what a rehearsal has left in Postgres and Redis, and nothing else: by the prefix of its run, which must be on record. */
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import { AppError } from '../../core/errors.js';
import { findProducts } from '../../core/postgres/find-products.js';
import { countUnfinished, type Unfinished } from '../../core/postgres/rehearsal/count-unfinished.js';
import { deleteOrders } from '../../core/postgres/rehearsal/delete-orders.js';
import { deleteProducts } from '../../core/postgres/rehearsal/delete-products.js';
import { findOrderPage } from '../../core/postgres/rehearsal/find-order-page.js';
import { findRehearsal } from '../../core/postgres/rehearsal/find-rehearsal.js';
import { withTransaction } from '../../core/postgres/with-transaction.js';
import { forgetMarks } from '../../core/redis/forget-marks.js';
import { forgetProduct } from '../../core/redis/forget-product.js';
import { productPrefix, rehearsalLabel } from './names.js';

/** Locks of one statement are short, so that a sale beside it never waits. */
const PAGE = 1_000;

export interface Leftovers {
  readonly run: string;
  readonly startedAt: Date;
  readonly productIds: readonly string[];
  /** Of them those that are still there. */
  readonly products: number;
  readonly orders: number;
  readonly unfinished: Unfinished;
}

export interface Cleaned {
  readonly products: number;
  readonly orders: number;
  readonly events: number;
  readonly payments: number;
}

/** @throws AppError NOT_FOUND when no rehearsal of this name was held here; UNAVAILABLE */
export async function findLeftovers({ pool }: CatalogDeps, run: string): Promise<Leftovers> {
  const held = await findRehearsal(pool, run);
  if (!held) {
    throw new AppError('NOT_FOUND', `no rehearsal ${run} was held in this database; nothing was changed`, {
      hint: 'The run is in the names of its products, rehearsal-RUN-1: ordersctl sale status',
    });
  }
  // By the record and not by what is found: an earlier run may have broken off after Postgres and before Redis.
  const productIds = Array.from(
    { length: held.products },
    (_, index) => rehearsalLabel(run, index).productId,
  );
  const unfinished = await countUnfinished(pool, productIds);
  const { length } = await findProducts(pool, productIds);
  return { ...held, productIds, products: length, orders: unfinished.orders, unfinished };
}

/** @throws AppError REFUSED while anybody still has to come back to one of its rows */
export function assertFinished({ run, unfinished }: Leftovers): void {
  const { open, halfEnded, unpublished, owed, charged } = unfinished;
  const parts = [
    ...(open > 0 ? [`${open} orders are not at their end`] : []),
    ...(halfEnded > 0 ? [`${halfEnded} endings are not finished in Redis`] : []),
    ...(unpublished > 0 ? [`${unpublished} events are not published`] : []),
    ...(owed > 0 ? [`${owed} orders wait for a refund or a decision`] : []),
    ...(charged > 0 ? [`${charged} orders were charged by a real gateway`] : []),
  ];
  if (parts.length === 0) return;
  throw new AppError(
    'REFUSED',
    `rehearsal ${run} cannot be cleaned yet: ${parts.join(', ')}; nothing was deleted`,
    {
      hint: `ordersctl list --product ${productPrefix(run)}1 shows its orders; then: ordersctl rehearse --clean ${run}`,
    },
  );
}

/**
 * Postgres first, Redis last: as long as Postgres knows a product, a request for it would load it again. May be repeated,
 * and taken up by another process where it broke off.
 * @throws AppError REFUSED, UNAVAILABLE
 */
export async function cleanRehearsal(deps: CatalogDeps, leftovers: Leftovers): Promise<Cleaned> {
  assertFinished(leftovers);
  const { pool, redis, prefix } = deps;
  const { run, productIds, products, startedAt } = leftovers;
  const own = productPrefix(run);
  const cleaned = { products, orders: 0, events: 0, payments: 0 };
  for (;;) {
    const page = await findOrderPage(pool, productIds, PAGE);
    if (page.length === 0) break;
    await forgetMarks(redis, prefix, page);
    const deleted = await deleteOrders(
      pool,
      own,
      page.map(({ orderId }) => orderId),
    );
    if (deleted.orders === 0) throw new AppError('INTERNAL', `orders of ${own} cannot be deleted`);
    cleaned.orders += deleted.orders;
    cleaned.events += deleted.events;
    cleaned.payments += deleted.payments;
  }
  await withTransaction(pool, (db) => deleteProducts(db, own, productIds, startedAt));
  for (const productId of productIds) await forgetProduct(redis, prefix, productId);
  return cleaned;
}

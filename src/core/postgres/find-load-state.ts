/** Everything that Redis must hold of one product, as Postgres knows it at one moment. */
import type { Money } from '../money.js';
import { LIVE_STATUSES } from '../order.js';
import type { Pool } from './create-pool.js';
import { sumCustomerUnits, type CustomerUnits } from './customer-units.js';
import type { Db } from './db.js';
import { findProducts, type ProductRow } from './find-products.js';
import { findStockLevels, type StockLevelRow } from './find-stock-levels.js';
import { toSafeInteger } from './to-safe-integer.js';
import { withTransaction } from './with-transaction.js';

export interface LiveOrder {
  readonly reservationId: string;
  readonly userId: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly bodyHash: string;
  readonly generation: number;
  readonly createdAt: Date;
}

export interface EndedReservation {
  readonly reservationId: string;
  readonly generation: number;
}

export interface LoadState {
  readonly product: ProductRow;
  readonly level: StockLevelRow;
  /** Orders not yet final: each needs a hold. */
  readonly liveOrders: readonly LiveOrder[];
  /**
   * Reservations that ended within `endedWithinMs`, also those without an order; and late claims and restocks whose Redis
   * half is open, however old: what is loaded has counted their units, so they must not be taken, or offered, again.
   */
  readonly ended: readonly EndedReservation[];
  /** Units held or bought by each customer, less those restocked. */
  readonly unitsByUser: readonly CustomerUnits[];
}

/** @returns one snapshot, all reads in one read-only transaction; undefined when the product has no stock row */
export function findLoadState(
  pool: Pool,
  productId: string,
  options: { readonly endedWithinMs: number },
): Promise<LoadState | undefined> {
  return withTransaction(pool, async (db) => {
    await db.query('set transaction isolation level repeatable read, read only');
    const [product] = await findProducts(db, [productId]);
    const level = (await findStockLevels(db, [productId])).get(productId);
    if (!product || !level) return undefined;
    const liveOrders = await findLiveOrders(db, productId);
    const ended = await findEnded(db, productId, options.endedWithinMs);
    return { product, level, liveOrders, ended, unitsByUser: await sumCustomerUnits(db, productId) };
  });
}

async function findLiveOrders(db: Db, productId: string): Promise<LiveOrder[]> {
  const { rows } = await db.query<{
    reservation_id: string;
    user_id: string;
    quantity: number;
    unit_price_minor: string;
    currency: string;
    body_hash: string;
    generation: number;
    created_at: Date;
  }>({
    text: `select reservation_id, user_id, quantity, unit_price_minor, currency, body_hash, generation, created_at
           from orders where product_id = $1 and status = any($2::text[])`,
    values: [productId, LIVE_STATUSES],
  });
  return rows.map((row) => ({
    reservationId: row.reservation_id,
    userId: row.user_id,
    quantity: row.quantity,
    unitPrice: { amountMinor: toSafeInteger(row.unit_price_minor), currency: row.currency },
    bodyHash: row.body_hash,
    generation: row.generation,
    createdAt: row.created_at,
  }));
}

async function findEnded(db: Db, productId: string, endedWithinMs: number): Promise<EndedReservation[]> {
  const { rows } = await db.query<{ reservation_id: string; generation: number }>({
    text: `select reservation_id, generation from orders
           where product_id = $1 and status <> all($2::text[])
             and (updated_at > now() - $3 * interval '1 millisecond'
               or (status = 'CONFIRMED' and not hold_done and generation > 0) or restock_open)`,
    values: [productId, LIVE_STATUSES, endedWithinMs],
  });
  return rows.map((row) => ({ reservationId: row.reservation_id, generation: row.generation }));
}

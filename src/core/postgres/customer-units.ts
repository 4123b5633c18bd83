/** Units that each customer holds or has bought of a product, less those restocked: what limits count. */
import { LIVE_STATUSES } from '../order.js';
import type { Pool } from './create-pool.js';
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';
import { withTransaction } from './with-transaction.js';

export type CustomerUnits = readonly [userId: string, units: number];

export interface ProductCustomer {
  readonly productId: string;
  readonly userId: string;
  readonly units: number;
}

interface Row {
  readonly product_id: string;
  readonly user_id: string;
  readonly units: string;
}

const PAGE = 5_000;
const live = LIVE_STATUSES.map((status) => `'${status}'`).join(', ');
/** The orders that count: not yet final, or confirmed and not restocked. */
const COUNTING = `(status in (${live}) or (status = 'CONFIRMED' and restocked_at is null))`;

/** All at once, in the snapshot of `db`. */
export async function sumCustomerUnits(db: Db, productId: string): Promise<CustomerUnits[]> {
  const { rows } = await db.query<Row>({
    text: `select user_id, sum(quantity) as units from orders
           where product_id = $1 and ${COUNTING} group by user_id`,
    values: [productId],
  });
  return rows.map((row) => [row.user_id, toSafeInteger(row.units)]);
}

/**
 * One snapshot and one pass over the orders of all these products, told page by page, so that a million customers need no memory
 * here. `onPage` is awaited.
 */
export async function eachCustomerUnits(
  pool: Pool,
  productIds: readonly string[],
  onPage: (page: readonly ProductCustomer[]) => Promise<void>,
): Promise<void> {
  if (productIds.length === 0) return;
  await withTransaction(pool, async (db) => {
    // All rows are read: a plan that gives the first ones soon would walk an index over every order.
    await db.query('set local cursor_tuple_fraction = 1');
    await db.query({
      text: `declare customer_units no scroll cursor for
             select product_id, user_id, sum(quantity) as units from orders
             where product_id = any($1::text[]) and ${COUNTING} group by product_id, user_id`,
      values: [productIds],
    });
    const fetchPage = () => db.query<Row>(`fetch ${PAGE} from customer_units`);
    let next = fetchPage();
    for (;;) {
      const { rows } = await next;
      const isLast = rows.length < PAGE;
      // The next page is on its way while this one is looked at.
      next = isLast ? next : fetchPage();
      next.catch(() => undefined);
      if (rows.length > 0) await onPage(rows.map(toCustomer));
      if (isLast) return;
    }
  });
}

/** One order that counts. */
export interface CustomerClaim {
  readonly userId: string;
  readonly reservationId: string;
  readonly quantity: number;
  /** Claimed again not long ago: Redis may not have taken its hold yet. */
  readonly isMoving: boolean;
}

/** @param options.quietMs an order that was claimed again counts as moving for so long after its last change */
export async function findCustomerClaims(
  db: Db,
  productId: string,
  userIds: readonly string[],
  options: { readonly quietMs: number },
): Promise<CustomerClaim[]> {
  if (userIds.length === 0) return [];
  const { rows } = await db.query<{
    user_id: string;
    reservation_id: string;
    quantity: number;
    is_moving: boolean;
  }>({
    text: `select user_id, reservation_id, quantity,
             generation > 0 and not hold_done and updated_at > now() - $3 * interval '1 millisecond' as is_moving
           from orders where product_id = $1 and user_id = any($2::text[]) and ${COUNTING}`,
    values: [productId, userIds, options.quietMs],
  });
  return rows.map((row) => ({
    userId: row.user_id,
    reservationId: row.reservation_id,
    quantity: row.quantity,
    isMoving: row.is_moving,
  }));
}

function toCustomer(row: Row): ProductCustomer {
  return { productId: row.product_id, userId: row.user_id, units: toSafeInteger(row.units) };
}

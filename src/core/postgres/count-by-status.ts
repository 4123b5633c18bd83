/** Orders and units of a product by status: what a person looks at when they do not add up to the claimed units. */
import type { RowStatus } from '../order.js';
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface StatusCount {
  readonly status: RowStatus;
  readonly orders: number;
  readonly units: number;
  /** Of them restocked after a refund: they claim nothing any more. */
  readonly restockedUnits: number;
}

/** Rows that never claimed are left out. */
export async function countByStatus(db: Db, productId: string): Promise<StatusCount[]> {
  const { rows } = await db.query<{
    status: RowStatus;
    orders: string;
    units: string;
    restocked_units: string | null;
  }>({
    text: `select status, count(*) as orders, sum(quantity) as units,
             sum(quantity) filter (where restocked_at is not null) as restocked_units
           from orders where product_id = $1 and status not in ('ABANDONED', 'REFUSED')
           group by status order by status`,
    values: [productId],
  });
  return rows.map((row) => ({
    status: row.status,
    orders: toSafeInteger(row.orders),
    units: toSafeInteger(row.units),
    restockedUnits: toSafeInteger(row.restocked_units ?? '0'),
  }));
}

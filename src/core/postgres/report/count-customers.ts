/** Who bought how much, as counts: user ids leave the database only when they are asked for. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';
import { IN_SCOPE, scopeValues, type OrderScope } from './scope.js';

/** Customers that have the same number of units, held or bought. */
export interface CustomerGroup {
  /** Null: over all products together. */
  readonly productId: string | null;
  readonly units: number;
  readonly customers: number;
}

interface Row {
  readonly product_id: string | null;
  readonly units: string;
  readonly customers: string;
}

/** As few rows as there are different numbers of units. @returns by product, the most units first */
export async function countCustomers(db: Db, scope: OrderScope): Promise<CustomerGroup[]> {
  const isOne = scope.productIds.length === 1;
  const { rows } = await db.query<Row>(
    `with bought as (
       select o.product_id, o.user_id, coalesce(sum(o.quantity) filter (
         where o.status not in ('FAILED', 'CANCELLED', 'EXPIRED') and o.restocked_at is null), 0) as units
       from orders o where ${IN_SCOPE}
       group by ${isOne ? 'o.product_id, o.user_id' : 'grouping sets ((o.product_id, o.user_id), (o.user_id))'}
     )
     select b.product_id, b.units, count(*) as customers from bought b group by 1, 2 order by 1, 2 desc`,
    scopeValues(scope),
  );
  const groups = rows.map((row) => ({
    productId: row.product_id,
    units: toSafeInteger(row.units),
    customers: toSafeInteger(row.customers),
  }));
  // Of one product, all products together are the same.
  return isOne ? [...groups, ...groups.map((group) => ({ ...group, productId: null }))] : groups;
}

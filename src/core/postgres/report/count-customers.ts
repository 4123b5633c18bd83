/** Who bought how much, as counts: user ids leave the database only when they are asked for. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';
import { IN_SCOPE, scopeValues, type OrderScope } from './scope.js';

export interface CustomerCounts {
  /** Null: all products together. */
  readonly productId: string | null;
  /** With any order in the window. */
  readonly customers: number;
  /** With units held or bought. */
  readonly buyers: number;
  /** Buyers that have as many units as the product's limit allows now; null without a limit. */
  readonly atLimit: number | null;
  /** Units held or bought by the `top` buyers with the most. */
  readonly topUnits: number;
  readonly units: number;
}

interface Row {
  readonly product_id: string | null;
  readonly customers: string;
  readonly buyers: string;
  readonly at_limit: string | null;
  readonly top_units: string;
  readonly units: string;
}

export async function countCustomers(db: Db, scope: OrderScope, top: number): Promise<CustomerCounts[]> {
  const { rows } = await db.query<Row>(
    `with bought as (
       select o.product_id, o.user_id, coalesce(sum(o.quantity) filter (
         where o.status not in ('FAILED', 'CANCELLED', 'EXPIRED') and o.restocked_at is null), 0) as units
       from orders o where ${IN_SCOPE}
       group by grouping sets ((o.product_id, o.user_id), (o.user_id))
     ),
     ranked as (
       select b.*, row_number() over (partition by b.product_id order by b.units desc) as place from bought b
     )
     select r.product_id, count(*) as customers, count(*) filter (where r.units > 0) as buyers,
       case when l.max_per_customer is not null then
         count(*) filter (where r.units >= l.max_per_customer) end as at_limit,
       coalesce(sum(r.units) filter (where r.place <= $4), 0) as top_units, sum(r.units) as units
     from ranked r left join sales l on l.product_id = r.product_id
     group by r.product_id, l.max_per_customer`,
    [...scopeValues(scope), top],
  );
  return rows.map((row) => ({
    productId: row.product_id,
    customers: toSafeInteger(row.customers),
    buyers: toSafeInteger(row.buyers),
    atLimit: row.at_limit === null ? null : toSafeInteger(row.at_limit),
    topUnits: toSafeInteger(row.top_units),
    units: toSafeInteger(row.units),
  }));
}

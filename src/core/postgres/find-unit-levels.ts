/** The sums of a product that stay the same whatever is on its way between PostgreSQL and Redis. */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface UnitLevel {
  /** Units that Redis should have, as free ones or in holds, once every ending that is committed has been acted on. */
  readonly inRedis: number;
  /** Units of confirmed orders whose Redis half is not marked: Redis may have settled them already, or not yet. */
  readonly unsettled: number;
}

interface Row {
  readonly product_id: string;
  readonly unclaimed: number;
  readonly held: string;
  readonly unsettled: string;
}

/**
 * Reads only orders that are live or whose ending is open: for a glance; audits use findConservation.
 * @returns one snapshot, by product id; products without stock are absent
 */
export async function findUnitLevels(db: Db, productIds: readonly string[]): Promise<Map<string, UnitLevel>> {
  if (productIds.length === 0) return new Map();
  const { rows } = await db.query<Row>({
    text: `select s.product_id, s.seeded - s.claimed as unclaimed, coalesce(l.units, 0) as held, coalesce(u.units, 0) as unsettled
           from stock s
           left join (
             select o.product_id, sum(o.quantity) as units from orders o
             where o.status in ('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED')
               and o.product_id = any($1::text[])
             group by o.product_id
           ) l on l.product_id = s.product_id
           left join (
             select o.product_id, sum(o.quantity) as units from orders o
             where not o.hold_done and o.status in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED') and o.status = 'CONFIRMED'
               and o.product_id = any($1::text[])
             group by o.product_id
           ) u on u.product_id = s.product_id
           where s.product_id = any($1::text[])`,
    values: [productIds],
  });
  return new Map(
    rows.map((row) => {
      const unsettled = toSafeInteger(row.unsettled);
      return [row.product_id, { inRedis: row.unclaimed + toSafeInteger(row.held) + unsettled, unsettled }];
    }),
  );
}

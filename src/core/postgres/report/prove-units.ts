/** The query that proves that no unit was sold twice, and what it answers: to be shown as it is. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';

export interface UnitProof {
  readonly productId: string;
  /** Units there are. */
  readonly seeded: number;
  /** Units taken, by the stock row. */
  readonly claimed: number;
  /** Units of orders not yet final, by the orders themselves. */
  readonly held: number;
  /** Units of confirmed orders, less those restocked, by the orders themselves. */
  readonly sold: number;
  /** Units that the orders have beyond those there are. */
  readonly oversold: number;
}

/**
 * Counts twice, independently: what the stock row says, and what the orders add up to (I1, I2). It reads every order of
 * the products, whatever the window of the report. `$1` is the list of product ids.
 */
export const UNIT_PROOF_SQL = `\
select s.product_id, s.seeded, s.claimed,
  coalesce(t.held, 0) as held,
  coalesce(t.sold, 0) as sold,
  greatest(0, coalesce(t.held + t.sold, 0) - s.seeded) as oversold
from stock s
left join (
  select o.product_id,
    coalesce(sum(o.quantity) filter (where o.status in ('PENDING',
      'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED')
      ), 0) as held,
    coalesce(sum(o.quantity) filter (where o.status = 'CONFIRMED'
      and o.restocked_at is null), 0) as sold
  from orders o
  where o.product_id = any($1)
  group by o.product_id
) t on t.product_id = s.product_id
where s.product_id = any($1)
order by s.product_id`;

interface Row {
  readonly product_id: string;
  readonly seeded: number;
  readonly claimed: number;
  readonly held: string;
  readonly sold: string;
  readonly oversold: string;
}

/** @returns one row for each of the products that has stock */
export async function proveUnits(db: Db, productIds: readonly string[]): Promise<UnitProof[]> {
  const { rows } = await db.query<Row>(UNIT_PROOF_SQL, [productIds]);
  return rows.map((row) => ({
    productId: row.product_id,
    seeded: row.seeded,
    claimed: row.claimed,
    held: toSafeInteger(row.held),
    sold: toSafeInteger(row.sold),
    oversold: toSafeInteger(row.oversold),
  }));
}

/** Of which products orders stand still: waiting to be begun, or past their time to pay with nobody ending them. */
import type { Db } from './db.js';

export interface TroubledProduct {
  readonly productId: string;
  /** PENDING for longer than asked. */
  readonly pending: number;
  /** Whose time to pay is over by more than asked. */
  readonly overdue: number;
}

/**
 * @param options.limit orders counted of each kind at most, oldest first: what is beyond is as bad as this many
 * @returns only products that have some, sorted by product
 */
export async function countTroubledOrders(
  db: Db,
  options: {
    readonly olderThanMs: number;
    readonly limit: number;
    readonly productIds?: readonly string[] | undefined;
  },
): Promise<TroubledProduct[]> {
  const { rows } = await db.query<{ product_id: string; pending: number; overdue: number }>(
    `select product_id, sum(pending)::int as pending, sum(overdue)::int as overdue from (
       (select o.product_id, 1 as pending, 0 as overdue from orders o
        where o.status = 'PENDING' and o.created_at <= now() - $1 * interval '1 millisecond'
          and ($3::text[] is null or o.product_id = any($3))
        order by o.created_at, o.order_id limit $2)
       union all
       (select o.product_id, 0, 1 from orders o
        where o.status = 'PAYMENT_PENDING' and o.pay_by <= now() - $1 * interval '1 millisecond'
          and ($3::text[] is null or o.product_id = any($3))
        order by o.pay_by, o.order_id limit $2)
     ) t group by product_id order by product_id`,
    [options.olderThanMs, options.limit, options.productIds ?? null],
  );
  return rows.map((row) => ({ productId: row.product_id, pending: row.pending, overdue: row.overdue }));
}

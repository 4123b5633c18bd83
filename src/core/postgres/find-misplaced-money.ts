/** Orders whose money and ending contradict each other (I10). */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

/** `sold-unpaid`: confirmed, and nothing was captured. `kept`: ended without being sold, and its money is not due back. */
export interface MisplacedMoney {
  readonly orderId: string;
  readonly problem: 'sold-unpaid' | 'kept';
}

/** @returns the first `limit` of all, oldest first, and how many there are */
export async function findMisplacedMoney(
  db: Db,
  productId: string,
  limit: number,
): Promise<{ readonly count: number; readonly first: readonly MisplacedMoney[] }> {
  const { rows } = await db.query<{ order_id: string; problem: MisplacedMoney['problem']; total: string }>({
    text: `select o.order_id, case when o.paid then 'kept' else 'sold-unpaid' end as problem, count(*) over () as total
           from orders o
           where o.product_id = $1
             and ((o.status = 'CONFIRMED' and not o.paid)
               or (o.paid and not o.refund_due and o.status in ('FAILED', 'CANCELLED', 'EXPIRED')
                 and exists (select from payments p where p.order_id = o.order_id and p.status = 'CAPTURED')))
           order by o.created_at, o.order_id
           limit $2`,
    values: [productId, limit],
  });
  return {
    count: toSafeInteger(rows[0]?.total ?? '0'),
    first: rows.map((row) => ({ orderId: row.order_id, problem: row.problem })),
  };
}

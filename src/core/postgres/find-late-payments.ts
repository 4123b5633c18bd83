/** EXPIRED orders with a late payment about which nobody has decided yet. */
import type { Db } from './db.js';

/** @returns order ids for claimLatePayments, oldest payment first */
export async function findLatePayments(
  db: Db,
  options: { readonly olderThanMs: number; readonly limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ order_id: string }>({
    text: `select o.order_id from payments p join orders o on o.order_id = p.order_id
           where p.status = 'LATE' and o.status = 'EXPIRED' and not o.paid and not o.refund_due
             and p.updated_at <= now() - $1 * interval '1 millisecond'
           group by o.order_id order by min(p.created_at) limit $2`,
    values: [options.olderThanMs, options.limit],
  });
  return rows.map((row) => row.order_id);
}

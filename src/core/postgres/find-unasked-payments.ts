/** Attempts that a customer asked for and the gateway has not answered: perhaps nobody told the saga of them. */
import type { Db } from './db.js';

export interface UnaskedPayment {
  readonly orderId: string;
  readonly attempt: number;
}

/**
 * @param options.olderThanMs leaves fresh ones to the wake-up that is on its way
 * @returns of orders that still await payment, oldest first
 */
export async function findUnaskedPayments(
  db: Db,
  options: { readonly olderThanMs: number; readonly limit: number },
): Promise<UnaskedPayment[]> {
  const { rows } = await db.query<{ order_id: string; attempt: number }>({
    text: `select p.order_id, p.attempt from payments p join orders o on o.order_id = p.order_id
           where p.status = 'REQUESTED' and p.attempt > 1 and o.status = 'PAYMENT_PENDING' and not o.paid
             and p.updated_at <= now() - $1 * interval '1 millisecond'
           order by p.updated_at limit $2`,
    values: [options.olderThanMs, options.limit],
  });
  return rows.map((row) => ({ orderId: row.order_id, attempt: row.attempt }));
}

/** Payments whose money the customer must get back. */
import type { Db } from './db.js';
import { PAYMENT_COLUMNS, toPayment, type Payment, type PaymentRow } from './payment-row.js';

/**
 * LATE payments that nothing was claimed for, and captured ones of released orders.
 * @param options.orderIds only of these orders; UUIDs
 * @param options.olderThanMs since the last change of the order: leaves fresh ones to who decided them
 */
export async function findDueRefunds(
  db: Db,
  options: { readonly olderThanMs: number; readonly limit: number; readonly orderIds?: readonly string[] },
): Promise<Payment[]> {
  const { rows } = await db.query<PaymentRow>({
    name: 'find_due_refunds',
    text: `select ${PAYMENT_COLUMNS} from orders o join payments on payments.order_id = o.order_id
           where o.refund_due
             and (payments.status = 'LATE' or (payments.status = 'CAPTURED' and o.status in ('FAILED', 'CANCELLED', 'EXPIRED')))
             and o.updated_at <= now() - $1 * interval '1 millisecond'
             and ($3::uuid[] is null or o.order_id = any($3))
           order by o.created_at, payments.attempt
           limit $2`,
    values: [options.olderThanMs, options.limit, options.orderIds ?? null],
  });
  return rows.map(toPayment);
}

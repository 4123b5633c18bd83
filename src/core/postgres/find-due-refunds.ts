/** Payments whose money the customer must get back. */
import type { Db } from './db.js';
import { PAYMENT_COLUMNS, toPayment, type Payment, type PaymentRow } from './payment-row.js';

/**
 * LATE payments that nothing was claimed for, and captured ones of released orders.
 * @param options.orderIds only of these orders; UUIDs
 * @param options.limit orders at most
 * @param options.olderThanMs since the last change of the order: leaves fresh ones to who decided them
 */
export async function findDueRefunds(
  db: Db,
  options: { readonly olderThanMs: number; readonly limit: number; readonly orderIds?: readonly string[] },
): Promise<Payment[]> {
  const { rows } = await db.query<PaymentRow>({
    // The few orders first: nothing tells the planner how few they are.
    text: `with due as materialized (
             select o.order_id, o.status, o.created_at from orders o
             where o.refund_due and o.updated_at <= now() - $1 * interval '1 millisecond'
               and ($3::uuid[] is null or o.order_id = any($3))
             order by o.created_at limit $2
           )
           select ${PAYMENT_COLUMNS} from due d join payments on payments.order_id = d.order_id
           where payments.status = 'LATE'
             or (payments.status = 'CAPTURED' and d.status in ('FAILED', 'CANCELLED', 'EXPIRED'))
           order by d.created_at, payments.attempt`,
    values: [options.olderThanMs, options.limit, options.orderIds ?? null],
  });
  return rows.map(toPayment);
}

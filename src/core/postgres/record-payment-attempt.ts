/** Notes that the gateway was, or is about to be, asked for an order's money. */
import type { Db } from './db.js';
import { PAYMENT_COLUMNS, toPayment, type Payment, type PaymentRow } from './payment-row.js';

export interface PaymentAttempt {
  readonly orderId: string;
  readonly attempt: number;
  readonly gateway: string;
  readonly gatewayReference?: string;
  /** REQUIRES_ACTION when the customer must do something at the gateway. */
  readonly status: 'REQUESTED' | 'REQUIRES_ACTION';
}

/**
 * Amount and currency come from the order row. A payment that is decided already stays as it is, so a retry after a
 * capture takes nothing back.
 * @returns the payment as it is now; undefined for an unknown order
 */
export async function recordPaymentAttempt(db: Db, attempt: PaymentAttempt): Promise<Payment | undefined> {
  const { rows } = await db.query<PaymentRow>({
    name: 'record_payment_attempt',
    text: `insert into payments (order_id, attempt, status, amount_minor, currency, gateway, gateway_reference)
           select order_id, $2, $3, amount_minor, currency, $4, $5 from orders
           where order_id = $1 and status not in ('ABANDONED', 'REFUSED')
           on conflict (order_id, attempt) do update set
             status = case when payments.status in ('REQUESTED', 'REQUIRES_ACTION') then excluded.status else payments.status end,
             gateway_reference = coalesce(payments.gateway_reference, excluded.gateway_reference),
             updated_at = now_ms()
           returning ${PAYMENT_COLUMNS}`,
    values: [
      attempt.orderId,
      attempt.attempt,
      attempt.status,
      attempt.gateway,
      attempt.gatewayReference ?? null,
    ],
  });
  return rows[0] && toPayment(rows[0]);
}

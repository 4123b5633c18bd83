/** Notes that the gateway declined an attempt. */
import type { Db } from './db.js';
import { PAYMENT_COLUMNS, toPayment, type Payment, type PaymentRow } from './payment-row.js';

export interface PaymentDecline {
  readonly orderId: string;
  readonly attempt: number;
  readonly gateway: string;
  readonly gatewayReference?: string;
  /** The gateway's own code; for operators, never shown to buyers. */
  readonly declineCode: string;
}

/**
 * Money that was taken is never declined afterwards: a captured payment stays as it is.
 * @returns the payment as it is now; undefined for an unknown order
 */
export async function recordDecline(db: Db, decline: PaymentDecline): Promise<Payment | undefined> {
  const { rows } = await db.query<PaymentRow>({
    name: 'record_decline',
    text: `insert into payments (order_id, attempt, status, amount_minor, currency, gateway, gateway_reference, decline_code)
           select order_id, $2, 'DECLINED', amount_minor, currency, $3, $4, $5 from orders
           where order_id = $1 and status not in ('ABANDONED', 'REFUSED')
           on conflict (order_id, attempt) do update set
             status = case when payments.status in ('REQUESTED', 'REQUIRES_ACTION') then 'DECLINED' else payments.status end,
             decline_code = case when payments.status in ('REQUESTED', 'REQUIRES_ACTION') then excluded.decline_code else payments.decline_code end,
             gateway_reference = coalesce(payments.gateway_reference, excluded.gateway_reference),
             updated_at = now_ms()
           returning ${PAYMENT_COLUMNS}`,
    values: [
      decline.orderId,
      decline.attempt,
      decline.gateway,
      decline.gatewayReference ?? null,
      decline.declineCode,
    ],
  });
  return rows[0] && toPayment(rows[0]);
}

/** How a row of `payments` becomes the Payment that readers see. */
import type { Money } from '../money.js';
import { toSafeInteger } from './to-safe-integer.js';

/** LATE: captured, but not for its order as it is; claimed for again, or refunded. */
export const PAYMENT_STATUSES = [
  'REQUESTED',
  'REQUIRES_ACTION',
  'CAPTURED',
  'LATE',
  'DECLINED',
  'REFUNDED',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export interface Payment {
  readonly orderId: string;
  /** From 1; names the attempt to the gateway together with the order id. */
  readonly attempt: number;
  readonly status: PaymentStatus;
  readonly amount: Money;
  readonly gateway: string;
  readonly gatewayReference: string | null;
  readonly declineCode: string | null;
  readonly refundReference: string | null;
  /** Why the gateway will not give it back, and nobody has decided yet what becomes of it. */
  readonly refundRefusal: string | null;
  /** How often a person had the refund asked for anew after a refusal. */
  readonly refundRetries: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface PaymentRow {
  readonly order_id: string;
  readonly attempt: number;
  readonly status: PaymentStatus;
  readonly amount_minor: string;
  readonly currency: string;
  readonly gateway: string;
  readonly gateway_reference: string | null;
  readonly decline_code: string | null;
  readonly refund_reference: string | null;
  readonly refund_refusal: string | null;
  readonly refund_retries: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export const PAYMENT_COLUMNS = `payments.order_id, payments.attempt, payments.status, payments.amount_minor,
  payments.currency, payments.gateway, payments.gateway_reference, payments.decline_code, payments.refund_reference,
  payments.refund_refusal, payments.refund_retries, payments.created_at, payments.updated_at`;

export function toPayment(row: PaymentRow): Payment {
  return {
    orderId: row.order_id,
    attempt: row.attempt,
    status: row.status,
    amount: { amountMinor: toSafeInteger(row.amount_minor), currency: row.currency },
    gateway: row.gateway,
    gatewayReference: row.gateway_reference,
    declineCode: row.decline_code,
    refundReference: row.refund_reference,
    refundRefusal: row.refund_refusal,
    refundRetries: row.refund_retries,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

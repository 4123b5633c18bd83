/** How a row of `orders` becomes the Order that every reader sees. */
import type { FailureCode, Order, OrderRefund, OrderStatus } from '../order.js';
import { toSafeInteger } from './to-safe-integer.js';

/** The columns of an order as `pg` gives them: bigints as text, timestamps as Date. */
export interface OrderRow {
  readonly order_id: string;
  readonly reservation_id: string;
  readonly user_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly unit_price_minor: string;
  readonly amount_minor: string;
  readonly currency: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly failure_code: FailureCode | null;
  readonly paid: boolean;
  readonly pay_by: Date | null;
  readonly refund_due: boolean;
  readonly refund_requested_at: Date | null;
  readonly refunded_at: Date | null;
  readonly restocked_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const COLUMNS = [
  'order_id',
  'reservation_id',
  'user_id',
  'product_id',
  'quantity',
  'unit_price_minor',
  'amount_minor',
  'currency',
  'status',
  'version',
  'failure_code',
  'paid',
  'pay_by',
  'refund_due',
  'refund_requested_at',
  'refunded_at',
  'restocked_at',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof OrderRow)[];

/**
 * The select list of an OrderRow. Named one by one, never `*`: a prepared `select *` breaks in a running binary when a
 * newer migration adds a column.
 * @param source table alias, or a composite value in brackets such as `(moved.o)`
 */
export function orderColumns(source: string): string {
  return COLUMNS.map((column) => `${source}.${column}`).join(', ');
}

/** Left out of everything but the protocol itself: rows that only end a reservation id. */
export const VISIBLE = `status not in ('ABANDONED', 'REFUSED')`;

export function toOrder(row: OrderRow): Order {
  return {
    orderId: row.order_id,
    reservationId: row.reservation_id,
    userId: row.user_id,
    productId: row.product_id,
    quantity: row.quantity,
    unitPrice: { amountMinor: toSafeInteger(row.unit_price_minor), currency: row.currency },
    amount: { amountMinor: toSafeInteger(row.amount_minor), currency: row.currency },
    status: row.status,
    version: row.version,
    failureCode: row.failure_code,
    paid: row.paid,
    payBy: row.pay_by,
    refund: toRefund(row),
    restockedAt: row.restocked_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Money of a second payment says nothing of the sale: of a CONFIRMED order only a refund of the sale itself is shown. */
function toRefund(row: OrderRow): OrderRefund | null {
  const { status, refund_due: due, refund_requested_at: requestedAt, refunded_at: refundedAt } = row;
  const isEnded = status === 'FAILED' || status === 'CANCELLED' || status === 'EXPIRED';
  if (!isEnded && requestedAt === null) return null;
  if (due) return { status: 'DUE', refundedAt: null };
  return refundedAt === null ? null : { status: 'REFUNDED', refundedAt };
}

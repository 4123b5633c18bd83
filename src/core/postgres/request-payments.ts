/** Further payment attempts, for orders whose last one did not pay. */
import { LIMITS, type Order } from '../order.js';
import type { Db } from './db.js';
import { orderColumns, toOrder, type OrderRow } from './order-row.js';

/**
 * `requested`: a new attempt is written; wake the saga, which asks the gateway. `open`: the one asked for before is not
 * answered yet. `busy`: the saga's own first attempt is still being asked. `closed`: the order does not wait for
 * payment. `spent`: it has had LIMITS.paymentAttempts.
 */
export type PaymentRequestOutcome = 'requested' | 'open' | 'busy' | 'closed' | 'spent';

export interface RequestedPayment {
  readonly outcome: PaymentRequestOutcome;
  /** The attempt that is open now; null unless `requested` or `open`. */
  readonly attempt: number | null;
  readonly order: Order;
}

interface Row extends OrderRow {
  readonly outcome: PaymentRequestOutcome;
  readonly attempt: number | null;
}

/**
 * Decided on the locked order row, so of a new attempt and an ending exactly one wins. Harmless when repeated: an open
 * attempt is answered again.
 * @param orderIds UUIDs
 * @returns by order id; ids without an order are absent
 */
export async function requestPayments(
  db: Db,
  orderIds: readonly string[],
): Promise<Map<string, RequestedPayment>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await db.query<Row>({
    name: 'request_payments',
    text: `select ${orderColumns('(r.row_now)')}, r.outcome, r.attempt from request_payments($1, $2) r`,
    values: [orderIds, LIMITS.paymentAttempts],
  });
  return new Map(
    rows.map((row) => [row.order_id, { outcome: row.outcome, attempt: row.attempt, order: toOrder(row) }]),
  );
}

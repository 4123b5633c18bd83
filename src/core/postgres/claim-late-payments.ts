/** The one exit from a final status: an EXPIRED order whose payment came late claims its units again, if any are free. */
import type { Order } from '../order.js';
import type { OutboxRecord } from '../outbox/record.js';
import type { HoldName } from './confirm-orders.js';
import type { Db } from './db.js';
import { orderColumns, toOrder, type OrderRow } from './order-row.js';
import { toOutboxRecord, type EventJson } from './outbox-row.js';

export interface LateClaim {
  /**
   * `claimed`: the order is PAYMENT_CONFIRMED or further; take its hold in Redis under this generation, then confirm.
   * `refund`: refund_due is set. `nothing`: no late payment waits.
   */
  readonly outcome: 'claimed' | 'refund' | 'nothing';
  readonly hold: HoldName;
  readonly order: Order;
  /** Committed with it; to be offered to the relay. */
  readonly events: readonly OutboxRecord[];
}

interface Row extends OrderRow {
  readonly generation: number;
  readonly outcome: LateClaim['outcome'];
  readonly events: readonly EventJson[];
}

/**
 * Idempotent: a claim made before is answered `claimed` again, with the same generation.
 * @returns by order id; ids without an order are absent
 */
export async function claimLatePayments(
  db: Db,
  orderIds: readonly string[],
): Promise<Map<string, LateClaim>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await db.query<Row>({
    name: 'claim_late_payments',
    text: `select ${orderColumns('(c.row_now)')}, (c.row_now).generation, c.outcome, c.events from claim_late_payments($1) c`,
    values: [orderIds],
  });
  return new Map(
    rows.map((row) => {
      const order = toOrder(row);
      const claim: LateClaim = {
        outcome: row.outcome,
        hold: { productId: order.productId, reservationId: order.reservationId, generation: row.generation },
        order,
        events: row.events.map((event) => toOutboxRecord(row, event)),
      };
      return [order.orderId, claim];
    }),
  );
}

/** Endings are decided here, in one call; Redis and the refund follow after its commit (I8). */
import type { FailureCode, Order, OrderStatus, ReleasedStatus } from '../order.js';
import type { OutboxRecord } from '../outbox/record.js';
import type { Db } from './db.js';
import { orderColumns, toOrder, type OrderRow } from './order-row.js';
import { toOutboxRecord, type EventJson } from './outbox-row.js';

export interface OrderEnding {
  readonly orderId: string;
  readonly status: ReleasedStatus;
  readonly failureCode: FailureCode;
  /** An operator ends a paid order on purpose: its money becomes due for refund. Otherwise payment wins (I10). */
  readonly evenIfPaid?: boolean;
}

export interface EndedOrder {
  /** What the row has now: the ending asked for, an earlier one, or a live status when payment won. */
  readonly status: OrderStatus;
  readonly changed: boolean;
  readonly paid: boolean;
  readonly refundDue: boolean;
  readonly productId: string;
  readonly reservationId: string;
  readonly userId: string;
  readonly quantity: number;
  /** Of the hold to be released. */
  readonly generation: number;
  /** The Redis half was done already. */
  readonly holdDone: boolean;
  readonly order: Order;
  /** Committed with it; to be offered to the relay. */
  readonly events: readonly OutboxRecord[];
}

interface Row extends OrderRow {
  readonly generation: number;
  readonly hold_done: boolean;
  readonly changed: boolean;
  readonly events: readonly EventJson[];
}

/**
 * A call for an order that has ended changes nothing and tells what is left to do: who retries performs the halves
 * that are still open.
 * @returns by order id; ids without an order are absent
 */
export async function endOrders(db: Db, endings: readonly OrderEnding[]): Promise<Map<string, EndedOrder>> {
  if (endings.length === 0) return new Map();
  const { rows } = await db.query<Row>({
    name: 'end_orders',
    text: `select ${orderColumns('(e.row_now)')}, (e.row_now).generation, (e.row_now).hold_done, e.changed, e.events
           from end_orders($1, $2, $3, $4) e`,
    values: [
      endings.map((ending) => ending.orderId),
      endings.map((ending) => ending.status),
      endings.map((ending) => ending.failureCode),
      endings.map((ending) => ending.evenIfPaid ?? false),
    ],
  });
  return new Map(rows.map((row) => [row.order_id, toEndedOrder(row)]));
}

function toEndedOrder(row: Row): EndedOrder {
  const order = toOrder(row);
  const { status, paid, productId, reservationId, userId, quantity } = order;
  return {
    status,
    changed: row.changed,
    paid,
    refundDue: row.refund_due,
    productId,
    reservationId,
    userId,
    quantity,
    generation: row.generation,
    holdDone: row.hold_done,
    order,
    events: row.events.map((event) => toOutboxRecord(row, event)),
  };
}

/** The first step of the saga, or where it goes on after a crash. */
import type { Order, OrderStatus } from '../order.js';
import type { OutboxRecord } from '../outbox/record.js';
import type { Db } from './db.js';
import { orderColumns, toOrder, type OrderRow } from './order-row.js';
import { toOutboxRecord, type EventJson } from './outbox-row.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface BegunOrder {
  readonly status: OrderStatus;
  /** Left to pay, by Postgres's clock; null unless payment is awaited. */
  readonly remainingMs: number | null;
  /** False when this call found it begun, or ended. */
  readonly changed: boolean;
  readonly paid: boolean;
  readonly order: Order;
  /** Committed with it; to be offered to the relay. */
  readonly events: readonly OutboxRecord[];
}

interface Row extends OrderRow {
  readonly changed: boolean;
  readonly remaining_ms: string | null;
  readonly events: readonly EventJson[];
}

/**
 * PENDING → INVENTORY_RESERVED → PAYMENT_PENDING; the deadline counts from this call, so a backlog in Kafka expires
 * nobody. Idempotent: a later call answers the remaining time.
 * @returns by order id; ids without an order are absent
 */
export async function beginOrders(
  db: Db,
  orders: readonly { readonly orderId: string; readonly deadlineMs: number }[],
): Promise<Map<string, BegunOrder>> {
  if (orders.length === 0) return new Map();
  const { rows } = await db.query<Row>({
    name: 'begin_orders',
    text: `select ${orderColumns('(b.row_now)')}, b.changed, b.remaining_ms, b.events from begin_orders($1, $2) b`,
    values: [orders.map((order) => order.orderId), orders.map((order) => order.deadlineMs)],
  });
  return new Map(
    rows.map((row) => {
      const order = toOrder(row);
      const begun: BegunOrder = {
        status: order.status,
        remainingMs: row.remaining_ms === null ? null : toSafeInteger(row.remaining_ms),
        changed: row.changed,
        paid: order.paid,
        order,
        events: row.events.map((event) => toOutboxRecord(row, event)),
      };
      return [order.orderId, begun];
    }),
  );
}

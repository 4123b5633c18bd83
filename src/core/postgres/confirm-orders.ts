/** The last step of a saga that went well. */
import type { Order, OrderStatus } from '../order.js';
import type { OutboxRecord } from '../outbox/record.js';
import type { Db } from './db.js';
import { orderColumns, toOrder, type OrderRow } from './order-row.js';
import { toOutboxRecord, type EventJson } from './outbox-row.js';

/** Names a hold in Redis for `settle`, `release` and `take`. */
export interface HoldName {
  readonly productId: string;
  readonly reservationId: string;
  /** 0 from `reserve`, raised by each late claim. */
  readonly generation: number;
}

export interface ConfirmedOrder {
  /** CONFIRMED, or where it stands because it is not paid or has ended otherwise. */
  readonly status: OrderStatus;
  readonly changed: boolean;
  readonly paid: boolean;
  /** To be settled when the status is CONFIRMED and `holdDone` is false. */
  readonly hold: HoldName;
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

/** @returns by order id; ids without an order are absent */
export async function confirmOrders(
  db: Db,
  orderIds: readonly string[],
): Promise<Map<string, ConfirmedOrder>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await db.query<Row>({
    name: 'confirm_orders',
    text: `select ${orderColumns('(c.row_now)')}, (c.row_now).generation, (c.row_now).hold_done, c.changed, c.events
           from confirm_orders($1) c`,
    values: [orderIds],
  });
  return new Map(
    rows.map((row) => {
      const order = toOrder(row);
      const confirmed: ConfirmedOrder = {
        status: order.status,
        changed: row.changed,
        paid: order.paid,
        hold: { productId: order.productId, reservationId: order.reservationId, generation: row.generation },
        holdDone: row.hold_done,
        order,
        events: row.events.map((event) => toOutboxRecord(row, event)),
      };
      return [order.orderId, confirmed];
    }),
  );
}

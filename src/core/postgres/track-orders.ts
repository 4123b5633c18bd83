/** Appends the tracking event of orders that `consume` hands to their sagas, once per order. */
import type { OutboxRecord } from '../outbox/record.js';
import type { Db } from './db.js';
import { orderColumns, type OrderRow } from './order-row.js';
import { toOutboxRecord, type EventJson } from './outbox-row.js';

/** The tracking event (orders.created, order.progress), to be offered to the relay. */
export type TrackedOrder = OutboxRecord;

/**
 * @param orderIds UUIDs
 * @returns events of the orders that are PENDING and were not tracked before; the others are passed over
 */
export async function trackOrders(db: Db, orderIds: readonly string[]): Promise<TrackedOrder[]> {
  if (orderIds.length === 0) return [];
  const { rows } = await db.query<OrderRow & { event: EventJson }>({
    name: 'track_orders',
    text: `select ${orderColumns('(t.row_now)')}, t.event from track_orders($1) t`,
    values: [orderIds],
  });
  return rows.map((row) => toOutboxRecord(row, row.event));
}

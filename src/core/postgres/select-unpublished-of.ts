/** The unpublished events of given orders, for a replay that hands over these and no others. */
import type { OutboxRecord } from '../outbox/record.js';
import type { Db } from './db.js';
import { orderColumns, type OrderRow } from './order-row.js';
import { toOutboxRecord, type EventJson } from './outbox-row.js';

/**
 * Call it in a transaction that also publishes and marks, as `selectUnpublished`. Rows that a relay has in hand are
 * left to it.
 * @param orderIds UUIDs. @returns oldest first
 */
export async function selectUnpublishedOf(db: Db, orderIds: readonly string[]): Promise<OutboxRecord[]> {
  const { rows } = await db.query<OrderRow & { event: EventJson }>({
    text: `select ${orderColumns('o')}, event_json(e) as event
           from order_events e join orders o on o.order_id = e.order_id
           where e.order_id = any($1::uuid[]) and e.published_at is null and e.topics <> '{}'
           order by e.event_id
           for update of e skip locked`,
    values: [orderIds],
  });
  return rows.map((row) => toOutboxRecord(row, row.event));
}

/** What the relay has missed: events that no broker has acknowledged yet. */
import type { OutboxRecord } from '../outbox/record.js';
import type { Db } from './db.js';
import { orderColumns, type OrderRow } from './order-row.js';
import { toOutboxRecord, type EventJson } from './outbox-row.js';

/**
 * Call it in a transaction that also publishes and marks: the rows are locked until then, and relays of other
 * processes pass over them. Never pages by `id > last`: ids are given before they commit, so that skips rows (I6).
 * @param options.olderThanMs leaves fresh events to the process that made them
 * @returns oldest first
 */
export async function selectUnpublished(
  db: Db,
  options: { readonly olderThanMs: number; readonly limit: number },
): Promise<OutboxRecord[]> {
  const { rows } = await db.query<OrderRow & { event: EventJson }>({
    text: `select ${orderColumns('o')}, event_json(e) as event
           from order_events e join orders o on o.order_id = e.order_id
           where e.published_at is null and e.topics <> '{}'
             and e.occurred_at <= now() - $1 * interval '1 millisecond'
           order by e.event_id
           limit $2
           for update of e skip locked`,
    values: [options.olderThanMs, options.limit],
  });
  return rows.map((row) => toOutboxRecord(row, row.event));
}

/** Hands orders to Kafka once more, by putting their reservation event back into the outbox. */
import type { Db } from './db.js';

/**
 * Harmless beside live traffic and when repeated: only PENDING orders are requeued, no unit moves, and a saga starts
 * once however often its event arrives (I7).
 * @param orderIds UUIDs
 * @returns for every id; `skipped` when the order has moved on or does not exist
 */
export async function requeueOrders(
  db: Db,
  orderIds: readonly string[],
): Promise<Map<string, 'requeued' | 'skipped'>> {
  const outcomes = new Map<string, 'requeued' | 'skipped'>(orderIds.map((orderId) => [orderId, 'skipped']));
  if (orderIds.length === 0) return outcomes;
  const { rows } = await db.query<{ order_id: string }>({
    // The events first and in the order of every relay: the function by itself meets them in no order, and waits for
    // a relay that waits for it.
    text: `with locked as materialized (
             select event_id from order_events
             where order_id = any($1::uuid[]) and version = 1
             order by event_id for no key update
           )
           select r.order_id
           from (select count(*) as events from locked) l,
             requeue_orders(case when l.events > 0 then $1::uuid[] end) as r(order_id)`,
    values: [orderIds],
  });
  for (const row of rows) outcomes.set(row.order_id, 'requeued');
  return outcomes;
}

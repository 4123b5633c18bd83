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
    name: 'requeue_orders',
    text: 'select order_id from requeue_orders($1) as r(order_id)',
    values: [orderIds],
  });
  for (const row of rows) outcomes.set(row.order_id, 'requeued');
  return outcomes;
}

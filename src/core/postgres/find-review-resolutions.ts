/** When a person last decided about orders: what happened before is settled. */
import type { Db } from './db.js';

/** @param orderIds UUIDs. @returns by order id; orders without a decision are absent */
export async function findReviewResolutions(db: Db, orderIds: readonly string[]): Promise<Map<string, Date>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await db.query<{ order_id: string; at: Date }>({
    text: `select order_id, max(occurred_at) as at from order_events
           where order_id = any($1::uuid[]) and type = 'REVIEW_RESOLVED' group by order_id`,
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, row.at]));
}

/** Counts that orders were handed over again, where nothing else that was written says so. */
import type { Db } from './db.js';

/** @param orderIds UUIDs */
export async function countReplays(db: Db, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  // Locked in the order of everybody else; the update by itself would meet the rows in no order.
  await db.query(
    `with locked as materialized (
       select order_id from orders where order_id = any($1::uuid[]) order by reservation_id for no key update
     )
     update orders o set replay_count = o.replay_count + 1
     from locked where o.order_id = locked.order_id and o.order_id = any($1::uuid[])`,
    [orderIds],
  );
}

/** Notes that restocked units are free in Redis, too. */
import type { Db } from './db.js';

/** Call it after `restock` has answered. */
export async function markRestocksDone(db: Db, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await db.query({
    // The change of updated_at keeps the mark in Redis alive through a load, for a call that is still on its way.
    text: `with done as (
             select o.order_id from orders o
             where o.order_id = any($1::uuid[]) and o.restock_open
             order by o.reservation_id
             for no key update
           )
           update orders o set restock_open = false, updated_at = now_ms()
           from done d where o.order_id = d.order_id`,
    values: [orderIds],
  });
}

/** Hands orders to a person that were handed over so often in vain that once more will not help. */
import { LIVE_STATUSES } from '../order.js';
import type { Db } from './db.js';

/**
 * An order that waits for a person already keeps that reason.
 * @param orderIds UUIDs. @param reason a sentence
 * @returns those for which this call did it
 */
export async function quarantineOrders(
  db: Db,
  orderIds: readonly string[],
  reason: string,
): Promise<string[]> {
  if (orderIds.length === 0) return [];
  const { rows } = await db.query<{ order_id: string }>(
    `with locked as materialized (
       select order_id from orders
       where order_id = any($1::uuid[]) and review_reason is null and status = any($3)
       order by reservation_id for no key update
     )
     update orders o set review_reason = $2, updated_at = now_ms()
     from locked where o.order_id = locked.order_id and o.order_id = any($1::uuid[])
     returning o.order_id`,
    [orderIds, reason, LIVE_STATUSES],
  );
  return rows.map((row) => row.order_id);
}

/** Where the payment of orders stands that await it. */
import type { Db } from './db.js';

export interface LastAttempt {
  /** 1 for an order that was never asked for its money. */
  readonly attempt: number;
  /** True while the gateway still has to answer it: never asked, or REQUESTED. */
  readonly isOpen: boolean;
}

/**
 * @param orderIds UUIDs
 * @returns by order id; null for what does not await payment: paid, ended, not begun, or no order at all
 */
export async function findLastAttempts(
  db: Db,
  orderIds: readonly string[],
): Promise<Map<string, LastAttempt | null>> {
  const found = new Map<string, LastAttempt | null>(orderIds.map((orderId) => [orderId, null]));
  if (orderIds.length === 0) return found;
  const { rows } = await db.query<{ order_id: string; attempt: number; is_open: boolean }>({
    // The few orders first, and planned anew each time: a plan made before the sale takes all that wait for few.
    text: `with named as materialized (
             select o.order_id, o.status, o.paid from orders o where o.order_id = any($1::uuid[])
           )
           select n.order_id, coalesce(p.attempt, 1) as attempt, coalesce(p.status = 'REQUESTED', true) as is_open
           from named n
           left join lateral (
             select y.attempt, y.status from payments y where y.order_id = n.order_id order by y.attempt desc limit 1
           ) p on true
           where n.status = 'PAYMENT_PENDING' and not n.paid`,
    values: [orderIds],
  });
  for (const row of rows) found.set(row.order_id, { attempt: row.attempt, isOpen: row.is_open });
  return found;
}

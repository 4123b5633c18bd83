/** Many orders at once: one statement per chunk of messages. */
import type { Order } from '../order.js';
import type { Db } from './db.js';
import { orderColumns, toOrder, VISIBLE, type OrderRow } from './order-row.js';

/**
 * @param orderIds UUIDs
 * @returns by order id; ids without an order are absent
 */
export async function findOrdersByIds(db: Db, orderIds: readonly string[]): Promise<Map<string, Order>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await db.query<OrderRow>({
    text: `select ${orderColumns('o')} from orders o where o.order_id = any($1::uuid[]) and o.${VISIBLE}`,
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, toOrder(row)]));
}

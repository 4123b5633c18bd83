/** A customer's own orders, newest first, page by page. */
import type { Order } from '../order.js';
import type { Db } from './db.js';
import type { OrderCursor } from './list-orders.js';
import { orderColumns, toOrder, VISIBLE, type OrderRow } from './order-row.js';

export interface UserOrdersPage {
  readonly userId: string;
  readonly limit: number;
  /** The last order of the page before. */
  readonly after?: OrderCursor;
}

export async function listUserOrders(db: Db, page: UserOrdersPage): Promise<Order[]> {
  const { rows } = await db.query<OrderRow>({
    text: `select ${orderColumns('o')} from orders o
           where o.user_id = $1 and o.${VISIBLE}
             and (o.created_at, o.order_id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
           order by o.created_at desc, o.order_id desc
           limit $4`,
    values: [page.userId, page.after?.createdAt ?? null, page.after?.orderId ?? null, page.limit],
  });
  return rows.map(toOrder);
}

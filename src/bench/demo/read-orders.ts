/** Every order of a demo, page by page. */
import type { Order } from '../../core/order.js';
import type { Db } from '../../core/postgres/db.js';
import { listOrders } from '../../core/postgres/list-orders.js';

const PAGE = 500;

export async function readAllOrders(db: Db): Promise<Order[]> {
  const orders: Order[] = [];
  for (;;) {
    const last = orders.at(-1);
    const page = await listOrders(db, { limit: PAGE, ...(last ? { after: last } : {}) });
    orders.push(...page);
    if (page.length < PAGE) return orders;
  }
}

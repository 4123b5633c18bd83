/** Every order of a rehearsal, page by page. */
import type { Order } from '../../core/order.js';
import type { Db } from '../../core/postgres/db.js';
import { listOrders } from '../../core/postgres/list-orders.js';

const PAGE = 2_000;

export async function readAllOrders(db: Db, productIds: readonly string[]): Promise<Order[]> {
  const orders: Order[] = [];
  for (;;) {
    const last = orders.at(-1);
    const page = await listOrders(db, { productIds, limit: PAGE, ...(last ? { after: last } : {}) });
    orders.push(...page);
    if (page.length < PAGE) return orders;
  }
}

/** The orders that an operator names, all of them or none. */
import { AppError } from '../errors.js';
import type { Order } from '../order.js';
import type { Db } from '../postgres/db.js';
import { findOrdersByIds } from '../postgres/find-orders-by-ids.js';
import { isUuid } from '../postgres/is-uuid.js';

/**
 * @param orderIds as typed; an id named twice is one order
 * @returns in the order of the ids
 * @throws AppError ORDER_NOT_FOUND naming every id that names no order
 */
export async function findNamedOrders(db: Db, orderIds: readonly string[]): Promise<Order[]> {
  const ids = [...new Set(orderIds.map((orderId) => orderId.toLowerCase()))];
  const orders = await findOrdersByIds(db, ids.filter(isUuid));
  const unknown = ids.filter((orderId) => !orders.has(orderId));
  if (unknown.length > 0) {
    throw new AppError('ORDER_NOT_FOUND', `no order ${unknown.join(', ')}`, {
      hint: 'ordersctl list shows the orders there are',
    });
  }
  return ids.flatMap((orderId) => orders.get(orderId) ?? []);
}

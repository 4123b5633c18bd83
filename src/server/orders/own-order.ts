/** The one way by which a request gets to see an order: as its owner. */
import { AppError } from '../../core/errors.js';
import type { Order } from '../../core/order.js';
import type { Db } from '../../core/postgres/db.js';
import { findOrder } from '../../core/postgres/find-order.js';

/**
 * Reads the primary, so an order is found from the moment its 202 was sent (I4).
 * @throws AppError ORDER_NOT_FOUND alike for no id, no order and somebody else's order: an answer that differed would
 * tell who ordered what
 */
export async function findOwnOrder(db: Db, userId: string, orderId: string): Promise<Order> {
  const order = await findOrder(db, orderId);
  if (order?.userId !== userId) throw orderNotFound();
  return order;
}

/** The same error wherever an order is not, or must not be, seen. */
export function orderNotFound(): AppError {
  return new AppError('ORDER_NOT_FOUND', 'You have no order with this id.');
}

/** `POST /orders/:id/cancel`: a buyer gives an order up that is not paid. */
import { AppError } from '../../core/errors.js';
import type { Order } from '../../core/order.js';
import type { CancelOrder } from '../../core/orders/cancel-order.js';
import type { Db } from '../../core/postgres/db.js';
import { findOwnOrder } from './own-order.js';

/**
 * Of a payment and a cancel that come together exactly one wins (I10). A second cancel is answered like the first.
 * @returns the cancelled order
 * @throws AppError ORDER_NOT_FOUND; WRONG_STATE when it is paid or has ended otherwise; UNAVAILABLE, OVERLOADED
 */
export async function cancelOwnOrder(
  deps: { readonly db: Db; readonly cancelOrder: CancelOrder },
  userId: string,
  orderId: string,
): Promise<Order> {
  const own = await findOwnOrder(deps.db, userId, orderId);
  const { outcome, order } = await deps.cancelOrder({
    orderId: own.orderId,
    failureCode: 'CANCELLED_BY_CUSTOMER',
  });
  switch (outcome) {
    case 'cancelled':
    case 'already':
      return order;
    case 'paid':
      throw new AppError('WRONG_STATE', 'The order is paid and cannot be cancelled any more.');
    case 'ended':
      throw new AppError('WRONG_STATE', `The order is ${order.status} and cannot be cancelled any more.`);
  }
}

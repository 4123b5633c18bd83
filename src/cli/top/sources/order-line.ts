/** An order as the lists show it. */
import { formatMoney } from '../../../core/money.js';
import type { Order } from '../../../core/order.js';
import type { OrderLine } from '../state/details.js';

export function toOrderLine(order: Order): OrderLine {
  const { orderId, status, productId, quantity, amount, userId, paid, failureCode, createdAt } = order;
  return {
    orderId,
    status,
    productId,
    quantity,
    amount: formatMoney(amount),
    amountMinor: amount.amountMinor,
    userId,
    paid,
    failureCode,
    createdAt: createdAt.getTime(),
  };
}

/** What calling sales off would do, by their rows as they are now. The row under its lock decides when it is done. */
import { isFinal, type Order, type OrderStatus } from '../order.js';

/**
 * `refund`: the sale is called off and its money becomes due for refund. `restock`: it was called off before, and its units go
 * back now. `skip`: nothing is left to do. `refuse`: there is no sale to call off.
 */
export type RefundAction = 'refund' | 'restock' | 'skip' | 'refuse';

export interface PlannedRefund {
  readonly orderId: string;
  readonly productId: string;
  readonly status: OrderStatus;
  readonly refund: Order['refund'];
  readonly restockedAt: Date | null;
  readonly action: RefundAction;
}

export function planRefund(order: Order, restock: boolean): PlannedRefund {
  const { orderId, productId, status, refund, restockedAt } = order;
  return { orderId, productId, status, refund, restockedAt, action: actionFor(order, restock) };
}

function actionFor({ status, refund, restockedAt }: Order, restock: boolean): RefundAction {
  if (status !== 'CONFIRMED') return 'refuse';
  if (refund === null) return 'refund';
  return restock && restockedAt === null ? 'restock' : 'skip';
}

/** Why there is nothing to call off, and what there is to do instead. */
export function whyNoRefund(orderId: string, status: OrderStatus): { message: string; hint: string } {
  if (isFinal(status)) {
    return {
      message: `order ${orderId} has ended as ${status}: it was no sale`,
      hint: 'What was taken for it goes back by itself; ordersctl inspect shows its payments, ordersctl review list what is stuck',
    };
  }
  return {
    message: `order ${orderId} is ${status}: it is no sale yet`,
    hint: 'ordersctl cancel --even-if-paid ends it, and gives back what was paid',
  };
}

/** What cancelling orders would do, by their rows as they are now. The row under its lock decides when it is done. */
import { isFinal, type Order, type OrderStatus } from '../order.js';

/**
 * `cancel`: it ends and its units are free. `refund`: the same, and its money becomes due for refund. `skip`: it is
 * cancelled already. `refuse`: it is paid and nobody said to cancel it all the same, or it has ended otherwise.
 */
export type CancelAction = 'cancel' | 'refund' | 'skip' | 'refuse';

export interface PlannedCancel {
  readonly orderId: string;
  readonly productId: string;
  readonly status: OrderStatus;
  readonly paid: boolean;
  readonly action: CancelAction;
}

export function planCancel(order: Order, evenIfPaid: boolean): PlannedCancel {
  const { orderId, productId, status, paid } = order;
  return { orderId, productId, status, paid, action: actionFor(order, evenIfPaid) };
}

function actionFor({ status, paid }: Order, evenIfPaid: boolean): CancelAction {
  if (status === 'CANCELLED') return 'skip';
  if (isFinal(status)) return 'refuse';
  if (!paid) return 'cancel';
  return evenIfPaid ? 'refund' : 'refuse';
}

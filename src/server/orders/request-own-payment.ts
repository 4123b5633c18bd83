/** `POST /orders/:id/payment`: a buyer whose payment did not go through wants to pay again. */
import { createBatcher } from '../../core/create-batcher.js';
import { AppError } from '../../core/errors.js';
import { isFinal, type Order } from '../../core/order.js';
import { MAX_BATCH, MAX_QUEUE } from '../../core/orders/order-deps.js';
import type { Db } from '../../core/postgres/db.js';
import { requestPayments, type RequestedPayment } from '../../core/postgres/request-payments.js';
import { findOwnOrder } from './own-order.js';
import type { WakeSaga } from './wake-sagas.js';

export type RequestOwnPayment = (userId: string, orderId: string) => Promise<Order>;

/**
 * The row is the wish, the wake-up a hint: an attempt that nobody heard of is found by a sweep, or by asking for it
 * again, which makes no second one.
 * @returns a function that answers the order, whose payment is being asked for. It throws AppError ORDER_NOT_FOUND;
 *   WRONG_STATE when the order awaits no further attempt; UNAVAILABLE, OVERLOADED
 */
export function createRequestOwnPayment(deps: {
  readonly db: Db;
  readonly wakeSaga: WakeSaga;
}): RequestOwnPayment {
  const request = createBatcher<string, RequestedPayment>({
    name: 'pay',
    keyOf: (orderId) => orderId,
    run: (orderIds) => requestPayments(deps.db, orderIds),
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
  });
  return async (userId, orderId) => {
    const own = await findOwnOrder(deps.db, userId, orderId);
    const requested = await request(own.orderId);
    if (requested.attempt === null) throw new AppError('WRONG_STATE', whyNot(requested));
    deps.wakeSaga(own.orderId, `pay-${requested.attempt}`);
    return requested.order;
  };
}

function whyNot({ outcome, order }: RequestedPayment): string {
  if (outcome === 'spent') return 'The order has had all its payment attempts.';
  if (outcome === 'busy') return 'The first payment is still being asked for.';
  if (isFinal(order.status)) return `The order is ${order.status} and awaits no payment.`;
  if (order.paid) return 'The order is paid.';
  return order.payBy === null ? 'The order does not await its payment yet.' : 'The time to pay is over.';
}

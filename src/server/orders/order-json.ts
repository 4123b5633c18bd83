/** An order as its owner sees it over HTTP. */
import type { Money } from '../../core/money.js';
import type { FailureCode, Order, OrderStatus } from '../../core/order.js';

export interface OrderJson {
  readonly orderId: string;
  readonly status: OrderStatus;
  /** Rises with every change. */
  readonly version: number;
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly amount: Money;
  readonly failureCode: FailureCode | null;
  /** Until when to pay; null before the saga has begun. */
  readonly payBy: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Leaves out what is the seller's own: reservation, user and payment internals. */
export function toOrderJson(order: Order): OrderJson {
  const { orderId, status, version, productId, quantity, unitPrice, amount, failureCode } = order;
  return {
    orderId,
    status,
    version,
    productId,
    quantity,
    unitPrice,
    amount,
    failureCode,
    payBy: order.payBy?.toISOString() ?? null,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  };
}

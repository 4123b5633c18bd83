/** Calls a batch of sales off, and says of each what came of it. */
import type { Order, OrderStatus } from '../../core/order.js';
import { whyNoRefund } from '../../core/orders/plan-refund.js';
import { refundOrders, type RefundedOrder } from '../../core/orders/refund-orders.js';
import type { Config } from '../../core/config/schema.js';
import type { RefundOutcome } from '../../core/postgres/request-refunds.js';
import type { Mutation } from '../mutation/begin-mutation.js';
import type { Stores } from '../with-stores.js';

export interface RefundResult {
  readonly orderId: string;
  readonly outcome: Exclude<RefundOutcome, 'unsettled'> | 'failed';
  readonly status: OrderStatus | null;
  /** Money waits to be given back. */
  readonly refundDue: boolean;
  readonly restocked: boolean;
  /** False while units that were given back are not on offer in Redis. */
  readonly offered: boolean;
  /** Why nothing was done; null otherwise. */
  readonly reason: string | null;
}

export async function createRefundBatch(
  stores: Stores,
  config: Config,
  { operator, reason }: Mutation,
  restock: boolean,
): Promise<(orders: readonly Order[]) => Promise<RefundResult[]>> {
  const deps = {
    pool: await stores.postgres(),
    redis: await stores.redis(),
    prefix: config.prefix,
    log: stores.log,
  };
  return async (orders) => {
    const orderIds = orders.map(({ orderId }) => orderId);
    const refunded = await refundOrders(deps, { orderIds, restock, actor: operator.actor, reason });
    return refunded.map(toResult);
  };
}

function toResult({ outcome, ...order }: RefundedOrder): RefundResult {
  switch (outcome) {
    case 'unsettled':
      return {
        ...order,
        outcome: 'failed',
        reason: 'it was confirmed just now and Redis cannot be told: run it again when Redis is back',
      };
    case 'not-found':
      return { ...order, outcome: 'failed', reason: 'no such order' };
    case 'not-confirmed':
      return { ...order, outcome, reason: whyNoRefund(order.orderId, order.status ?? 'PENDING').message };
    default:
      return { ...order, outcome, reason: null };
  }
}

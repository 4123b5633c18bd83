/** Activity: makes a paid order a sold one, and finishes what a final one still lacks. */
import { isFinal } from '../../core/order.js';
import { confirmOrders, type ConfirmedOrder } from '../../core/postgres/confirm-orders.js';
import type { SagaResult } from '../../core/temporal/saga-contract.js';
import { MAX_BATCH, MAX_QUEUE, type ActivityDeps } from './activity-deps.js';
import { announce } from './announce.js';
import { createBatcher } from './create-batcher.js';
import type { FinishHold } from './finish-hold.js';

/**
 * The Postgres half first, then the Redis half; a repeated call finds the first done and does the second (I7, I8).
 * An order that is live and not paid stays as it is: looking costs nothing.
 * @throws AppError ORDER_NOT_FOUND; UNAVAILABLE or REBUILDING when a half could not be done
 */
export function createConfirmOrder(
  deps: ActivityDeps,
  finishHold: FinishHold,
): (orderId: string) => Promise<SagaResult> {
  const confirm = createBatcher<string, ConfirmedOrder>({
    name: 'confirm',
    keyOf: (orderId) => orderId,
    run: async (orderIds) => {
      const confirmed = await confirmOrders(deps.pool, orderIds);
      announce(deps, confirmed.values());
      count(deps, confirmed.values());
      return confirmed;
    },
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
  });
  return async (orderId) => {
    const { status, hold, holdDone } = await confirm(orderId);
    if (isFinal(status) && !holdDone) {
      await finishHold({ orderId, ...hold, how: status === 'CONFIRMED' ? 'settle' : 'release' });
    }
    return { status };
  };
}

function count(deps: ActivityDeps, confirmed: Iterable<ConfirmedOrder>): void {
  for (const { changed, order } of confirmed) {
    if (!changed) continue;
    deps.stats.count('confirmed', order.productId);
    deps.stats.observe('confirm', order.updatedAt.getTime() - order.createdAt.getTime(), order.productId);
  }
}

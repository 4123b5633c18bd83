/** Activity: makes a paid order a sold one, and finishes what a final one still lacks. */
import { createBatcher } from '../../core/create-batcher.js';
import { isFinal } from '../../core/order.js';
import { announce } from '../../core/orders/announce.js';
import type { FinishEnding } from '../../core/orders/finish-ending.js';
import { confirmOrders, type ConfirmedOrder } from '../../core/postgres/confirm-orders.js';
import { MAX_BATCH, MAX_QUEUE, type ActivityDeps } from './activity-deps.js';
import { createFindLastAttempt } from './find-last-attempt.js';
import type { SeenOrder } from './saga-steps.js';

/**
 * The Postgres half first, then the Redis half; a repeated call finds the first done and does the second (I7, I8).
 * An order that is live and not paid stays as it is; whether an attempt is open is told then.
 * @throws AppError ORDER_NOT_FOUND; UNAVAILABLE or REBUILDING when a half could not be done
 */
export function createConfirmOrder(
  deps: ActivityDeps,
  finishHold: FinishEnding,
): (orderId: string) => Promise<SeenOrder> {
  const findLastAttempt = createFindLastAttempt(deps.pool);
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
    if (!isFinal(status)) {
      const last = await findLastAttempt(orderId);
      return { status, attempt: last?.isOpen ? last.attempt : null };
    }
    if (!holdDone) {
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

/** Finishes the Redis half of one ending and notes it, together with the endings of the same moment. */
import { createBatcher } from '../create-batcher.js';
import { createFinishHold, type EndedHold } from './finish-hold.js';
import { isFinal } from '../order.js';
import type { EndedOrder } from '../postgres/end-orders.js';
import { markHoldsDone } from '../postgres/mark-holds-done.js';
import { MAX_BATCH, MAX_QUEUE, type OrderDeps } from './order-deps.js';

export type FinishEnding = (hold: EndedHold) => Promise<void>;

/** The hold that still has to be ended; null when its Redis half is done, or the order has not ended. */
export function openHoldOf(ended: EndedOrder): EndedHold | null {
  const { status, holdDone, productId, reservationId, generation } = ended;
  if (!isFinal(status) || holdDone) return null;
  const how = status === 'CONFIRMED' ? 'settle' : 'release';
  return { orderId: ended.order.orderId, productId, reservationId, generation, how };
}

/**
 * Only for an ending that is committed. Acts once per generation, so repeating it gives nothing back twice (I8).
 * @throws AppError UNAVAILABLE, REBUILDING while the product is not loaded: call again later
 */
export function createFinishEnding(deps: Omit<OrderDeps, 'relay'>): FinishEnding {
  const finishHold = createFinishHold(deps);
  const markDone = createBatcher<EndedHold, true>({
    name: 'mark',
    keyOf: (hold) => hold.orderId,
    run: async (holds) => {
      await markHoldsDone(deps.pool, holds);
      return new Map(holds.map((hold) => [hold.orderId, true]));
    },
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
  });
  return async (hold) => {
    if ((await finishHold(hold)) === 'released') deps.stats.count('released', hold.productId);
    await markDone(hold);
  };
}

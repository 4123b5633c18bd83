/** The Redis half of an ending. */
import { createBatcher } from '../create-batcher.js';
import { isFinal } from '../order.js';
import type { EndedOrder } from '../postgres/end-orders.js';
import { markHoldsDone } from '../postgres/mark-holds-done.js';
import { createRelease } from '../redis/release.js';
import { createSettle } from '../redis/settle.js';
import { MAX_BATCH, MAX_QUEUE, type OrderDeps } from './order-deps.js';

/** The Redis half of an ending that still has to be done. Plain data that survives JSON. */
export interface UnfinishedHold {
  readonly orderId: string;
  readonly productId: string;
  readonly reservationId: string;
  readonly generation: number;
  readonly how: 'release' | 'settle';
}

export type FinishHold = (hold: UnfinishedHold) => Promise<void>;

/** Null when the Redis half is done, or the order has not ended. */
export function unfinishedHoldOf(ended: EndedOrder): UnfinishedHold | null {
  const { status, holdDone, productId, reservationId, generation } = ended;
  if (!isFinal(status) || holdDone) return null;
  const how = status === 'CONFIRMED' ? 'settle' : 'release';
  return { orderId: ended.order.orderId, productId, reservationId, generation, how };
}

/**
 * Only for an ending that is committed. Acts once per generation, so repeating it gives nothing back twice (I8).
 * @throws AppError UNAVAILABLE, REBUILDING while the product is not loaded: call again later
 */
export function createFinishHold(deps: Omit<OrderDeps, 'relay'>): FinishHold {
  const release = createRelease(deps.redis, deps.prefix);
  const settle = createSettle(deps.redis, deps.prefix);
  const markDone = createBatcher<UnfinishedHold, true>({
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
    if (hold.how === 'settle') await settle(hold);
    else if ((await release(hold)) === 'released') deps.stats.count('released', hold.productId);
    await markDone(hold);
  };
}

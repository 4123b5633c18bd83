/** Activity: the Redis half of an ending. */
import { createFinishHold as createRedisHalf } from '../../core/endings/finish-hold.js';
import { markHoldsDone } from '../../core/postgres/mark-holds-done.js';
import { MAX_BATCH, MAX_QUEUE, type ActivityDeps } from './activity-deps.js';
import { createBatcher } from './create-batcher.js';
import type { UnfinishedHold } from './saga-steps.js';

export type FinishHold = (hold: UnfinishedHold) => Promise<void>;

/**
 * Only for an ending that is committed. Acts once per generation, so repeating it gives nothing back twice (I8).
 * @throws AppError UNAVAILABLE, REBUILDING while the product is not loaded: call again later
 */
export function createFinishHold(deps: ActivityDeps): FinishHold {
  const finish = createRedisHalf(deps);
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
    if ((await finish(hold)) === 'released') deps.stats.count('released', hold.productId);
    await markDone(hold);
  };
}

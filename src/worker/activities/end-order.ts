/** Activity: decides the ending of an order in Postgres. What Redis has to give back follows as a step of its own. */
import { isFinal } from '../../core/order.js';
import { endOrders, type EndedOrder as EndedRow } from '../../core/postgres/end-orders.js';
import { MAX_BATCH, MAX_QUEUE, type ActivityDeps } from './activity-deps.js';
import { announce } from './announce.js';
import { createBatcher } from './create-batcher.js';
import type { EndedOrder, Ending } from './saga-steps.js';

/**
 * Claim back, final status and event commit together; a paid order is left alone (I10). A repeated call changes
 * nothing and tells again which half is open (I8).
 * @throws AppError ORDER_NOT_FOUND, UNAVAILABLE
 */
export function createEndOrder(deps: ActivityDeps): (ending: Ending) => Promise<EndedOrder> {
  const end = createBatcher<Ending, EndedRow>({
    name: 'end',
    keyOf: (ending) => ending.orderId,
    run: async (endings) => {
      const ended = await endOrders(deps.pool, endings);
      announce(deps, ended.values());
      for (const row of ended.values()) {
        if (row.changed) deps.stats.count(row.status.toLowerCase(), row.productId);
      }
      return ended;
    },
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
  });
  return async (ending) => {
    const { status, holdDone, productId, reservationId, generation } = await end(ending);
    if (!isFinal(status) || holdDone) return { status, hold: null };
    const how = status === 'CONFIRMED' ? 'settle' : 'release';
    return { status, hold: { orderId: ending.orderId, productId, reservationId, generation, how } };
  };
}

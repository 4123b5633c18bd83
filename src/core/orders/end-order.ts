/** Decides the ending of an order in Postgres. What Redis has to give back follows as a step of its own. */
import { createBatcher } from '../create-batcher.js';
import { endOrders, type EndedOrder, type OrderEnding } from '../postgres/end-orders.js';
import { announce } from './announce.js';
import { MAX_BATCH, MAX_QUEUE, type OrderDeps } from './order-deps.js';

export type EndOrder = (ending: OrderEnding) => Promise<EndedOrder>;

/**
 * Claim back, final status and event commit together; a paid order is left alone (I10) unless the ending says
 * otherwise. Calls of one moment share one statement. A repeated call changes nothing and tells again which half is
 * open (I8).
 * @throws AppError ORDER_NOT_FOUND, UNAVAILABLE, OVERLOADED
 */
export function createEndOrder(deps: OrderDeps): EndOrder {
  return createBatcher<OrderEnding, EndedOrder>({
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
}

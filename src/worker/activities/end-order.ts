/** Activity: decides the ending of an order, and tells which half of it is still open. */
import { createEndOrder } from '../../core/orders/end-order.js';
import { openHoldOf } from '../../core/orders/finish-ending.js';
import type { ActivityDeps } from './activity-deps.js';
import type { EndedOrder, Ending } from './saga-steps.js';

/** @throws AppError ORDER_NOT_FOUND, UNAVAILABLE */
export function createEndOrderActivity(deps: ActivityDeps): (ending: Ending) => Promise<EndedOrder> {
  const end = createEndOrder(deps);
  return async (ending) => {
    const ended = await end(ending);
    return { status: ended.status, hold: openHoldOf(ended) };
  };
}

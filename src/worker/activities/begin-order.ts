/** Activity: the saga's first step, or where it goes on. */
import { beginOrders } from '../../core/postgres/begin-orders.js';
import type { SagaInput } from '../../core/temporal/saga-contract.js';
import { MAX_BATCH, MAX_QUEUE, type ActivityDeps } from './activity-deps.js';
import { announce } from './announce.js';
import { createBatcher } from './create-batcher.js';
import type { BegunOrder } from './saga-steps.js';

/** @throws AppError ORDER_NOT_FOUND for an id that names no order, UNAVAILABLE when Postgres is away */
export function createBeginOrder(deps: ActivityDeps): (input: SagaInput) => Promise<BegunOrder> {
  const begin = createBatcher({
    name: 'begin',
    keyOf: (input: SagaInput) => input.orderId,
    run: async (inputs: readonly SagaInput[]) => {
      const begun = await beginOrders(deps.pool, inputs);
      announce(deps, begun.values());
      return begun;
    },
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
  });
  return async (input) => {
    const { status, paid, remainingMs } = await begin(input);
    return { status, paid, remainingMs, gateway: deps.gateway.quick ? 'quick' : 'remote' };
  };
}

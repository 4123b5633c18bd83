/** Activity: the saga's first step, or where it goes on. */
import { createBatcher } from '../../core/create-batcher.js';
import { announce } from '../../core/orders/announce.js';
import { beginOrders } from '../../core/postgres/begin-orders.js';
import type { SagaInput } from '../../core/temporal/saga-contract.js';
import { MAX_BATCH, MAX_QUEUE, type ActivityDeps } from './activity-deps.js';
import { createFindLastAttempt } from './find-last-attempt.js';
import type { BegunOrder } from './saga-steps.js';

const FIRST_ATTEMPT = 1;

/** @throws AppError ORDER_NOT_FOUND for an id that names no order, UNAVAILABLE when Postgres is away */
export function createBeginOrder(deps: ActivityDeps): (input: SagaInput) => Promise<BegunOrder> {
  const findLastAttempt = createFindLastAttempt(deps.pool);
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
    const { status, paid, remainingMs, changed } = await begin(input);
    // Begun just now, it was never asked for its money; the look-up is for sagas that go on after others.
    const last = changed || remainingMs === null ? null : await findLastAttempt(input.orderId);
    const attempt = changed ? FIRST_ATTEMPT : (last?.attempt ?? null);
    return { status, paid, remainingMs, gateway: deps.gateway.quick ? 'quick' : 'remote', attempt };
  };
}

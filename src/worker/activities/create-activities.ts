/** All activities of the task queue, made once per worker process from its clients. */
import type { EndedHold } from '../../core/orders/finish-hold.js';
import { createFinishEnding } from '../../core/orders/finish-ending.js';
import type { SagaInput } from '../../core/temporal/saga-contract.js';
import type { SweepName } from '../../core/sweeps/sweep-names.js';
import type { ActivityDeps } from './activity-deps.js';
import { createBeginOrder } from './begin-order.js';
import { createConfirmOrder } from './confirm-order.js';
import { createEndOrderActivity } from './end-order.js';
import { createRequestPayment } from './request-payment.js';
import { createRunSweep } from './run-sweep.js';
import type { BegunOrder, EndedOrder, Ending, PaymentOutcome, PaymentStep, SeenOrder } from './saga-steps.js';

/** Workflow code knows only this type. Every one is safe to run again after it took effect (I7). */
export interface Activities {
  beginOrder(input: SagaInput): Promise<BegunOrder>;
  requestPayment(step: PaymentStep): Promise<PaymentOutcome>;
  confirmOrder(orderId: string): Promise<SeenOrder>;
  endOrder(ending: Ending): Promise<EndedOrder>;
  finishHold(hold: EndedHold): Promise<void>;
  /** @returns how many things it mended */
  runSweep(name: SweepName): Promise<number>;
}

export function createActivities(deps: ActivityDeps): Activities {
  const finishHold = createFinishEnding(deps);
  return {
    beginOrder: createBeginOrder(deps),
    requestPayment: createRequestPayment(deps),
    confirmOrder: createConfirmOrder(deps, finishHold),
    endOrder: createEndOrderActivity(deps),
    finishHold,
    runSweep: createRunSweep(deps),
  };
}

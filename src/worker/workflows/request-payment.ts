/** The saga's step that asks the gateway: quickly where that is possible, else patiently until the deadline. */
import { CancellationScope, condition } from '@temporalio/workflow';
import type { BegunOrder, PaymentOutcome, PaymentStep } from '../activities/saga-steps.js';
import { payPatiently, payQuickly } from './saga-activities.js';
import type { SagaInbox } from './saga-inbox.js';

export type GatewaySpeed = BegunOrder['gateway'];

/** 'unanswered': the gateway was not reached until the deadline, or the order was cancelled or paid meanwhile. */
export type RequestedPayment = (PaymentOutcome | { readonly kind: 'unanswered' }) & {
  /** True when asking took so long that the time left to pay must be read again. */
  readonly slow: boolean;
};

/** @param patience.isOver ends the asking of a gateway that is slow or away: there is something to look at first */
export async function requestPayment(
  step: PaymentStep,
  patience: { readonly gateway: GatewaySpeed; readonly withinMs: number; readonly isOver: () => boolean },
  inbox: SagaInbox,
): Promise<RequestedPayment> {
  inbox.step = 'requesting-payment';
  inbox.attempt = step.attempt;
  if (patience.gateway === 'quick') {
    try {
      return { ...(await payQuickly(step)), slow: false };
    } catch {
      // The gateway or Postgres is away: asked again below, with the server's patience.
    }
  }
  const asking = new CancellationScope();
  let outcome: PaymentOutcome | { kind: 'unanswered' } | undefined;
  void asking
    .run(() => payPatiently(step, patience.withinMs))
    .then(
      (answer) => (outcome = answer),
      () => (outcome = { kind: 'unanswered' }),
    );
  await condition(() => outcome !== undefined || patience.isOver());
  if (outcome === undefined) asking.cancel();
  return { ...(outcome ?? { kind: 'unanswered' }), slow: true };
}

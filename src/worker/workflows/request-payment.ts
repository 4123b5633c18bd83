/** The saga's step that asks the gateway: quickly where that is possible, else patiently until the deadline. */
import { CancellationScope, condition } from '@temporalio/workflow';
import type { BegunOrder, PaymentOutcome } from '../activities/saga-steps.js';
import { payPatiently, payQuickly } from './saga-activities.js';
import type { SagaInbox } from './saga-inbox.js';

/** 'unanswered': the gateway was not reached until the deadline, or the order was cancelled or paid meanwhile. */
export type RequestedPayment = (PaymentOutcome | { readonly kind: 'unanswered' }) & {
  /** True when asking took so long that the time left to pay must be read again. */
  readonly slow: boolean;
};

const FIRST_ATTEMPT = 1;

export async function requestPayment(
  orderId: string,
  begun: BegunOrder,
  inbox: SagaInbox,
): Promise<RequestedPayment> {
  const step = { orderId, attempt: FIRST_ATTEMPT };
  inbox.step = 'requesting-payment';
  inbox.attempt = step.attempt;
  if (begun.gateway === 'quick') {
    try {
      return { ...(await payQuickly(step)), slow: false };
    } catch {
      // The gateway or Postgres is away: asked again below, with the server's patience.
    }
  }
  const asking = new CancellationScope();
  let outcome: PaymentOutcome | { kind: 'unanswered' } | undefined;
  void asking
    .run(() => payPatiently(step, begun.remainingMs ?? 1))
    .then(
      (answer) => (outcome = answer),
      () => (outcome = { kind: 'unanswered' }),
    );
  await condition(() => outcome !== undefined || inbox.hasNews());
  if (outcome === undefined) asking.cancel();
  return { ...(outcome ?? { kind: 'unanswered' }), slow: true };
}

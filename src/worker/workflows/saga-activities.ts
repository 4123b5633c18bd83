/**
 * The saga's activities with their time-outs. Each is tried inside the workflow task first, which costs the server
 * nothing (three local activities are 8 events and one task, one ordinary activity among them makes it 13 and two),
 * and is handed to the server's own retries when that fails, which cost the history nothing.
 */
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.js';

type SagaActivities = Pick<Activities, 'beginOrder' | 'confirmOrder' | 'endOrder' | 'finishHold'>;
type RequestPayment = Activities['requestPayment'];

/** One try only: the native core of SDK 1.24 forgets to stop the clock of a local activity that it tries again. */
const quick = proxyLocalActivities<Activities>({
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 1 },
});
/** Unlimited attempts: an ending that gives up loses a unit (I8), a confirmation that gives up loses a paid order. */
const patient = proxyActivities<Activities>({
  startToCloseTimeout: '15s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '15s' },
});

/** The steps that must happen, whatever is away for however long. Only a non-retryable failure comes out. */
export const insistently: SagaActivities = {
  beginOrder: (input) => insist(quick.beginOrder, patient.beginOrder, input),
  confirmOrder: (input) => insist(quick.confirmOrder, patient.confirmOrder, input),
  endOrder: (input) => insist(quick.endOrder, patient.endOrder, input),
  finishHold: (input) => insist(quick.finishHold, patient.finishHold, input),
};

async function insist<Input, Output>(
  quickly: (input: Input) => Promise<Output>,
  patiently: (input: Input) => Promise<Output>,
  input: Input,
): Promise<Output> {
  try {
    return await quickly(input);
  } catch (error) {
    if (isCancellation(error) || isForGood(error)) throw error;
    return patiently(input);
  }
}

/** A local activity fails with the cause itself, an ordinary one wraps it. */
function isForGood(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

/** One call to a gateway that answers at once, inside the workflow task. */
export const payQuickly: RequestPayment = (step) => quick.requestPayment(step);

/**
 * A call to a gateway that may be slow or away, tried again until `withinMs` have passed: the server's own time-out
 * of the activity is the payment deadline here, so that no timer is needed beside it.
 */
export function payPatiently(
  step: Parameters<RequestPayment>[0],
  withinMs: number,
): ReturnType<RequestPayment> {
  const { requestPayment } = proxyActivities<Activities>({
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: withinMs,
    // A cancelled order does not wait for a gateway that hangs; what that still captures is LATE.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
  });
  return requestPayment(step);
}

/** Wakes a running saga after a fact was written to Postgres, or asks it to cancel. */
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { workflowIdOf } from '../names.js';
import { SAGA_MESSAGES, type CancelOrderInput, type SagaUpdateResult } from './saga-contract.js';
import { toTemporalError } from './temporal-errors.js';

/**
 * 'woken': the saga has acted, with the order's status afterwards. 'rejected': the saga is past the point at which
 * this could matter. 'missing': there is no running saga; what stands in Postgres will be found by the saga when it
 * starts, or by a sweep.
 */
export type WakeOutcome =
  | { readonly kind: 'woken'; readonly status: SagaUpdateResult['status'] }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'missing' };

export interface WakeOptions {
  /** Names this wake-up, so that a retry gets the first answer instead of a second effect. */
  readonly updateId: string;
  /** Longest wait for the saga to act. */
  readonly timeoutMs?: number;
}

const WAKE_TIMEOUT_MS = 5_000;

/**
 * Tells the saga that a payment was recorded. Never needed for correctness: the row decides (I10).
 * @throws AppError UNAVAILABLE when Temporal or its workers do not answer in time: outcome unknown, safe to call again
 */
export function wakeSagaForPayment(
  client: Client,
  orderId: string,
  options: WakeOptions,
): Promise<WakeOutcome> {
  return wake(client, orderId, options, (saga) =>
    saga.executeUpdate<SagaUpdateResult, []>(SAGA_MESSAGES.paymentRecorded, { updateId: options.updateId }),
  );
}

/**
 * Asks the saga to cancel its order. A recorded payment wins: the status in the answer says what became of it.
 * @throws AppError UNAVAILABLE when Temporal or its workers do not answer in time: outcome unknown, safe to call again
 */
export function cancelBySaga(
  client: Client,
  orderId: string,
  input: CancelOrderInput,
  options: WakeOptions,
): Promise<WakeOutcome> {
  return wake(client, orderId, options, (saga) =>
    saga.executeUpdate<SagaUpdateResult, [CancelOrderInput]>(SAGA_MESSAGES.cancelOrder, {
      args: [input],
      updateId: options.updateId,
    }),
  );
}

async function wake(
  client: Client,
  orderId: string,
  options: WakeOptions,
  update: (saga: WorkflowHandle) => Promise<SagaUpdateResult>,
): Promise<WakeOutcome> {
  const saga = client.workflow.getHandle(workflowIdOf(orderId));
  try {
    const result = await client.withDeadline(Date.now() + (options.timeoutMs ?? WAKE_TIMEOUT_MS), () =>
      update(saga),
    );
    return { kind: 'woken', status: result.status };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'missing' };
    if (error instanceof WorkflowUpdateFailedError) return { kind: 'rejected' };
    throw toTemporalError(error);
  }
}

/** Starts the saga of one order, at most once for the life of the order. */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { ORDER_SAGA, scopedName, TASK_QUEUE, workflowIdOf } from '../names.js';
import type { SagaInput } from './saga-contract.js';
import { toTemporalError } from './temporal-errors.js';

export interface StartSagaOptions {
  /** True starts it again after a run that failed, was terminated or cancelled: for replay and sweeps only. */
  readonly afterFailure?: boolean;
  /** Longest wait for the server's answer, its own retries included. */
  readonly timeoutMs?: number;
}

const START_TIMEOUT_MS = 10_000;

/**
 * A second start of the same order is 'already', whether its saga runs or has closed (I7). Sets no workflow
 * time-out: those end a saga without giving anything back.
 * @param prefix the configured prefix, which names the task queue
 * @throws AppError UNAVAILABLE when Temporal does not answer in time: outcome unknown, safe to call again
 */
export async function startSaga(
  client: Client,
  prefix: string,
  orderId: string,
  input: SagaInput,
  options: StartSagaOptions = {},
): Promise<'started' | 'already'> {
  try {
    await client.withDeadline(Date.now() + (options.timeoutMs ?? START_TIMEOUT_MS), () =>
      client.workflow.start(ORDER_SAGA, {
        workflowId: workflowIdOf(orderId),
        taskQueue: scopedName(prefix, TASK_QUEUE),
        args: [input],
        workflowIdReusePolicy: options.afterFailure ? 'ALLOW_DUPLICATE_FAILED_ONLY' : 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
      }),
    );
    return 'started';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'already';
    throw toTemporalError(error);
  }
}

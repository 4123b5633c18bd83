/** Says where the workflow of an order stands, for `inspect`, `replay` and sweeps. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { workflowIdOf } from '../names.js';
import { toTemporalError } from './temporal-errors.js';

export const SAGA_STATUSES = [
  'missing',
  'running',
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'timed-out',
  'continued-as-new',
  'paused',
  'unknown',
] as const;
export type SagaStatus = (typeof SAGA_STATUSES)[number];

export interface SagaPendingActivity {
  readonly type: string;
  readonly attempt: number;
  /** The message of the last failed attempt; null while the first runs. */
  readonly lastFailure: string | null;
  /** No worker has taken it so far. */
  readonly untouched: boolean;
}

export interface SagaDescription {
  readonly workflowId: string;
  /** 'missing' when Temporal knows no such workflow: never started, or past its retention. */
  readonly status: SagaStatus;
  readonly runId: string | null;
  readonly historyLength: number;
  readonly startedAt: Date | null;
  readonly closedAt: Date | null;
  readonly pendingActivities: readonly SagaPendingActivity[];
  /** Of the workflow task that waits or runs; above 1 it has failed. Null when there is none. */
  readonly taskAttempt: number | null;
}

export const SAGA_STATUS_BY_NAME: Readonly<Record<string, SagaStatus>> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
  CONTINUED_AS_NEW: 'continued-as-new',
  PAUSED: 'paused',
};
/** temporal.api.enums.v1.PendingActivityState */
const SCHEDULED = 1;
const DESCRIBE_TIMEOUT_MS = 5_000;

/** @throws AppError UNAVAILABLE when Temporal does not answer within 5 s */
export async function describeSaga(client: Client, orderId: string): Promise<SagaDescription> {
  const workflowId = workflowIdOf(orderId);
  try {
    const found = await client.withDeadline(Date.now() + DESCRIBE_TIMEOUT_MS, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    return {
      workflowId,
      status: SAGA_STATUS_BY_NAME[found.status.name] ?? 'unknown',
      runId: found.runId,
      historyLength: found.historyLength,
      startedAt: found.startTime,
      closedAt: found.closeTime ?? null,
      pendingActivities: (found.raw.pendingActivities ?? []).map((pending) => ({
        type: pending.activityType?.name ?? 'unknown',
        attempt: pending.attempt ?? 0,
        lastFailure: pending.lastFailure?.message ?? null,
        untouched: Number(pending.state) === SCHEDULED && (pending.attempt ?? 0) <= 1,
      })),
      taskAttempt: found.raw.pendingWorkflowTask?.attempt ?? null,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return missingSaga(workflowId);
    throw toTemporalError(error);
  }
}

export function missingSaga(workflowId: string): SagaDescription {
  return {
    workflowId,
    status: 'missing',
    runId: null,
    historyLength: 0,
    startedAt: null,
    closedAt: null,
    pendingActivities: [],
    taskAttempt: null,
  };
}

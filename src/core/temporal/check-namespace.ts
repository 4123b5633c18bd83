/** Asks Temporal for the configured namespace: the last thing that must exist before a worker can start. */
import type { Client } from '@temporalio/client';
import { toTemporalError } from './temporal-errors.js';

export interface NamespaceDescription {
  readonly namespace: string;
  /** How long closed workflows are remembered; null when the server does not say. */
  readonly retentionDays: number | null;
}

const TIMEOUT_MS = 5_000;
const SECONDS_PER_DAY = 86_400;

/** @throws AppError UNAVAILABLE when the server does not answer, CONFIG_INVALID when there is no such namespace */
export async function checkNamespace(client: Client): Promise<NamespaceDescription> {
  const { namespace } = client.options;
  try {
    const found = await client.withDeadline(Date.now() + TIMEOUT_MS, () =>
      client.workflowService.describeNamespace({ namespace }),
    );
    const seconds = found.config?.workflowExecutionRetentionTtl?.seconds;
    return { namespace, retentionDays: seconds ? Number(seconds.toString()) / SECONDS_PER_DAY : null };
  } catch (error) {
    throw toTemporalError(error);
  }
}

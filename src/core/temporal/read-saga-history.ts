/** Sums up the history of a saga: which steps are done, which timers run, what was asked of it. */
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { workflowIdOf } from '../names.js';
import { summarizeHistory, type SagaHistory } from './summarize-history.js';
import { toTemporalError } from './temporal-errors.js';

/** A saga has some tens of events; one that has more is summed up as far as this. */
const EVENTS_AT_MOST = 2_000;
const PAGE = 500;
const TIMEOUT_MS = 5_000;

/**
 * @param runId of the run that was described: a newer one would not fit what was said about it
 * @returns null for a workflow that Temporal does not know (any more)
 * @throws AppError UNAVAILABLE when Temporal does not answer within 5 s
 */
export async function readSagaHistory(
  client: Client,
  orderId: string,
  runId: string,
): Promise<SagaHistory | null> {
  type Page = Awaited<ReturnType<Client['workflowService']['getWorkflowExecutionHistory']>>;
  const events: NonNullable<NonNullable<Page['history']>['events']> = [];
  let nextPageToken: Uint8Array | undefined;
  try {
    return await client.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      do {
        const page: Page = await client.workflowService.getWorkflowExecutionHistory({
          namespace: client.options.namespace,
          execution: { workflowId: workflowIdOf(orderId), runId },
          maximumPageSize: PAGE,
          ...(nextPageToken && { nextPageToken }),
        });
        events.push(...(page.history?.events ?? []));
        nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
      } while (nextPageToken && events.length < EVENTS_AT_MOST);
      return summarizeHistory(events, nextPageToken !== undefined);
    });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || isNotFound(error)) return null;
    throw toTemporalError(error);
  }
}

/** gRPC NOT_FOUND of the bare service, which the client's own calls turn into WorkflowNotFoundError. */
function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 5;
}

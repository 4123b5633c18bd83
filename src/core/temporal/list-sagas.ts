/** Where the workflows of many orders stand, in a few calls: a description of each takes the server a hundred times as long. */
import type { Client } from '@temporalio/client';
import { inParallel } from '../in-parallel.js';
import { workflowIdOf } from '../names.js';
import { SAGA_STATUS_BY_NAME, type SagaStatus } from './describe-saga.js';
import { toTemporalError } from './temporal-errors.js';

/** Well below what a server takes in one query. */
const IDS_IN_QUERY = 100;
const QUERIES_IN_FLIGHT = 4;
const LIST_TIMEOUT_MS = 5_000;
const ID_PREFIX = workflowIdOf('');

/**
 * As the server's list shows them, which follows with a delay of its own, mostly below a second: good for a plan, and no
 * ground to act on.
 * @param orderIds UUIDs
 * @returns by order id; 'missing' for those that the list does not have
 * @throws AppError UNAVAILABLE
 */
export async function listSagaStatuses(
  client: Client,
  orderIds: readonly string[],
): Promise<Map<string, SagaStatus>> {
  const pages = Array.from({ length: Math.ceil(orderIds.length / IDS_IN_QUERY) }, (_empty, at) =>
    orderIds.slice(at * IDS_IN_QUERY, (at + 1) * IDS_IN_QUERY),
  );
  const statuses = new Map(orderIds.map((orderId): [string, SagaStatus] => [orderId, 'missing']));
  const newest = new Map<string, Date>();
  await inParallel(pages, QUERIES_IN_FLIGHT, async (page) => {
    const ids = page.map((orderId) => `'${workflowIdOf(orderId)}'`).join(', ');
    try {
      await client.withDeadline(Date.now() + LIST_TIMEOUT_MS, async () => {
        for await (const run of client.workflow.list({ query: `WorkflowId IN (${ids})` })) {
          const orderId = run.workflowId.slice(ID_PREFIX.length);
          const before = newest.get(orderId);
          if (before && before > run.startTime) continue;
          newest.set(orderId, run.startTime);
          statuses.set(orderId, SAGA_STATUS_BY_NAME[run.status.name] ?? 'unknown');
        }
      });
    } catch (error) {
      throw toTemporalError(error);
    }
  });
  return statuses;
}

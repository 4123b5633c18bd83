/** Sagas that ended without having come to an end: terminated, cancelled, failed or timed out. */
import type { Client } from '@temporalio/client';
import { ORDER_SAGA, scopedName, TASK_QUEUE } from '../names.js';
import { toTemporalError } from './temporal-errors.js';

const ID_PREFIX = 'order-';
const TIMEOUT_MS = 30_000;

/**
 * As the server's list shows them, which follows with a delay of its own.
 * @param options.sinceMs how far back
 * @param options.limit runs at most
 * @returns when the runs of each order ended so, by order id
 * @throws AppError UNAVAILABLE
 */
export async function findFailedSagas(
  client: Client,
  prefix: string,
  options: { readonly sinceMs: number; readonly limit: number },
): Promise<Map<string, Date[]>> {
  const since = new Date(Date.now() - options.sinceMs).toISOString();
  const query = [
    `WorkflowType = '${ORDER_SAGA}'`,
    `TaskQueue = '${scopedName(prefix, TASK_QUEUE)}'`,
    `ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut', 'Canceled')`,
    `CloseTime > '${since}'`,
  ].join(' AND ');
  const runs = new Map<string, Date[]>();
  try {
    return await client.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      let left = options.limit;
      for await (const { workflowId, closeTime } of client.workflow.list({
        query,
        pageSize: Math.min(left, 1_000),
      })) {
        if (!workflowId.startsWith(ID_PREFIX)) continue;
        const orderId = workflowId.slice(ID_PREFIX.length);
        runs.set(orderId, [...(runs.get(orderId) ?? []), closeTime ?? new Date()]);
        left -= 1;
        if (left === 0) break;
      }
      return runs;
    });
  } catch (error) {
    throw toTemporalError(error);
  }
}

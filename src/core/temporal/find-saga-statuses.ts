/** Where the workflows of many orders stand, from the server's list: hundreds with one call, and some seconds late. */
import type { Client } from '@temporalio/client';
import { ORDER_SAGA, workflowIdOf } from '../names.js';
import { inParallel } from '../in-parallel.js';
import { SAGA_STATUS_BY_NAME, type SagaStatus } from './describe-saga.js';
import { toTemporalError } from './temporal-errors.js';

/** Of ids in one query: what servers of every kind take. */
const IDS = 200;
const QUERIES_IN_FLIGHT = 4;
const PAGE = 1_000;
const TIMEOUT_MS = 10_000;

/**
 * @param orderIds UUIDs
 * @returns of the latest run of each, by order id; 'missing' for whom the list does not show
 * @throws AppError UNAVAILABLE when Temporal does not answer in time
 */
export async function findSagaStatuses(
  client: Client,
  orderIds: readonly string[],
): Promise<Map<string, SagaStatus>> {
  const chunks = Array.from({ length: Math.ceil(orderIds.length / IDS) }, (_, at) =>
    orderIds.slice(at * IDS, (at + 1) * IDS),
  );
  try {
    const found = await client.withDeadline(Date.now() + TIMEOUT_MS, () =>
      inParallel(chunks, QUERIES_IN_FLIGHT, (chunk) => findChunk(client, chunk)),
    );
    const latest = new Map(found.flatMap((chunk) => [...chunk]));
    return new Map(orderIds.map((orderId) => [orderId, latest.get(workflowIdOf(orderId)) ?? 'missing']));
  } catch (error) {
    throw toTemporalError(error);
  }
}

async function findChunk(client: Client, orderIds: readonly string[]): Promise<Map<string, SagaStatus>> {
  const ids = orderIds.map((orderId) => `'${workflowIdOf(orderId)}'`).join(', ');
  const query = `WorkflowType = '${ORDER_SAGA}' AND WorkflowId IN (${ids})`;
  const latest = new Map<string, { status: SagaStatus; startedAt: number }>();
  for await (const run of client.workflow.list({ query, pageSize: PAGE })) {
    const before = latest.get(run.workflowId);
    const startedAt = run.startTime.getTime();
    if (before && before.startedAt > startedAt) continue;
    latest.set(run.workflowId, { status: SAGA_STATUS_BY_NAME[run.status.name] ?? 'unknown', startedAt });
  }
  return new Map([...latest].map(([workflowId, { status }]) => [workflowId, status]));
}

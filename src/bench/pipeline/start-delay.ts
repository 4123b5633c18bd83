/** How long after its 202 an order's saga starts, at a steady rate that waits for nobody. */
import type { Client } from '@temporalio/client';
import { AppError } from '../../core/errors.js';
import { ORDER_SAGA, TASK_QUEUE, workflowIdOf } from '../../core/names.js';
import { letThemCome } from '../load/arrivals.js';
import { createLatency, type Latency } from '../load/latency.js';
import type { BenchBuyers, PlacedOrder } from './buyers.js';
import { awaitWorkflows } from './workflow-times.js';

export interface StartDelayOptions {
  readonly client: Client;
  readonly buyers: BenchBuyers;
  readonly ratePerSecond: number;
  readonly durationMs: number;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * From the 202 at the buyer to the start in Temporal's history; two processes on one host, so one clock.
 * @throws AppError INTERNAL when an order is not accepted, UNAVAILABLE when a saga does not start
 */
export async function measureStartDelay(options: StartDelayOptions): Promise<Latency> {
  const { client, buyers, signal } = options;
  const since = Date.now();
  const placing: Promise<PlacedOrder>[] = [];
  let failed = false;
  await letThemCome({ ...options, isOver: () => failed || signal.aborted }, () => {
    const one = buyers.place();
    one.catch(() => (failed = true));
    placing.push(one);
  });
  const placed = await Promise.all(placing);
  signal.throwIfAborted();
  const workflows = await awaitWorkflows(
    client,
    { taskQueue: TASK_QUEUE, type: ORDER_SAGA, since, count: placed.length, state: 'closed' },
    signal,
  );
  const startedAt = new Map(workflows.map((one) => [one.workflowId, one.startedAt]));
  const latency = createLatency();
  for (const { orderId, acceptedAt } of placed) {
    const started = startedAt.get(workflowIdOf(orderId));
    if (started === undefined) throw new AppError('INTERNAL', `order ${orderId} has no saga`);
    latency.record(Math.max(0, started - acceptedAt));
  }
  return latency;
}

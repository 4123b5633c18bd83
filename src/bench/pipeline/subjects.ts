/** What is measured in turns: the pipeline's own way through Temporal, and the barest one there is. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { AppError } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import { ORDER_SAGA, TASK_QUEUE } from '../../core/names.js';
import type { BenchBuyers } from './buyers.js';
import { startRate, throughRate } from './rates.js';
import { awaitWorkflows } from './workflow-times.js';

export const SUBJECTS = ['consume', 'client-loop', 'pipeline', 'reference-saga'] as const;
export type SubjectName = (typeof SUBJECTS)[number];

export interface Subject {
  readonly name: SubjectName;
  /** @returns per second */
  measure(count: number): Promise<number>;
}

/** Nobody polls it: only starts are measured. */
const UNPOLLED_QUEUE = 'BENCH_UNPOLLED_QUEUE';
export const REFERENCE_QUEUE = 'BENCH_REFERENCE_QUEUE';
/** The export of reference-workflow.ts. */
const REFERENCE_SAGA = 'referenceSaga';
/** As long as the default of ORDERSCTL_PAYMENT_DEADLINE. */
const DEADLINE_MS = 900_000;

export interface SubjectParts {
  readonly client: Client;
  readonly buyers: BenchBuyers;
  /** Starts in flight, the same for both. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

export function createSubjects(parts: SubjectParts): Record<SubjectName, Subject> {
  const { client, buyers, signal } = parts;
  const subject = (name: SubjectName, measure: Subject['measure']): Subject => ({ name, measure });
  return {
    consume: subject('consume', async (count) => {
      const since = Date.now();
      await buyers.placeMany(count);
      const placedAt = Date.now();
      return startRate(
        await awaitWorkflows(client, { taskQueue: TASK_QUEUE, since, count, state: 'started' }, signal),
        placedAt,
      );
    }),
    'client-loop': subject('client-loop', async (count) => {
      const since = Date.now();
      const order = () => ({ orderId: randomUUID(), deadlineMs: DEADLINE_MS });
      await startAll(parts, count, { type: ORDER_SAGA, taskQueue: UNPOLLED_QUEUE, argument: order });
      return startRate(
        await awaitWorkflows(client, { taskQueue: UNPOLLED_QUEUE, since, count, state: 'started' }, signal),
      );
    }),
    pipeline: subject('pipeline', async (count) => {
      const since = Date.now();
      await buyers.placeMany(count);
      return throughRate(
        await awaitWorkflows(client, { taskQueue: TASK_QUEUE, since, count, state: 'closed' }, signal),
      );
    }),
    'reference-saga': subject('reference-saga', async (count) => {
      const since = Date.now();
      await startAll(parts, count, {
        type: REFERENCE_SAGA,
        taskQueue: REFERENCE_QUEUE,
        argument: () => randomUUID(),
      });
      return throughRate(
        await awaitWorkflows(client, { taskQueue: REFERENCE_QUEUE, since, count, state: 'closed' }, signal),
      );
    }),
  };
}

/** One reference workflow from start to end: whether its worker is there. */
export async function runReferenceOnce(client: Client, withinMs: number): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + withinMs, () =>
      client.workflow.execute(REFERENCE_SAGA, {
        taskQueue: REFERENCE_QUEUE,
        workflowId: `bench-probe-${randomBytes(6).toString('hex')}`,
        args: ['probe'],
      }),
    );
    return true;
  } catch {
    return false;
  }
}

/** The client loop: as many at once as `consume` has, and nothing else. */
async function startAll(
  { client, concurrency, signal }: SubjectParts,
  count: number,
  what: { readonly type: string; readonly taskQueue: string; readonly argument: () => unknown },
): Promise<void> {
  const run = randomBytes(6).toString('hex');
  const numbers = Array.from({ length: count }, (_, n) => n);
  await inParallel(numbers, concurrency, async (n) => {
    if (signal.aborted) throw new AppError('INTERNAL', 'the benchmark was ended');
    await client.workflow.start(what.type, {
      taskQueue: what.taskQueue,
      workflowId: `bench-${run}-${n}`,
      args: [what.argument()],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    });
  });
}

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

export const REFERENCE_QUEUE = 'BENCH_REFERENCE_QUEUE';
const SAGAS = { taskQueue: TASK_QUEUE, type: ORDER_SAGA };
/** Nobody polls its queue: only starts are measured. */
const UNPOLLED_SAGAS = { taskQueue: 'BENCH_UNPOLLED_QUEUE', type: ORDER_SAGA };
/** The type is the export of reference-workflow.ts. */
const REFERENCES = { taskQueue: REFERENCE_QUEUE, type: 'referenceSaga' };
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
        await awaitWorkflows(client, { ...SAGAS, since, count, state: 'started' }, signal),
        placedAt,
      );
    }),
    'client-loop': subject('client-loop', async (count) => {
      const since = Date.now();
      const order = () => ({ orderId: randomUUID(), deadlineMs: DEADLINE_MS });
      await startAll(parts, count, { ...UNPOLLED_SAGAS, argument: order });
      return startRate(
        await awaitWorkflows(client, { ...UNPOLLED_SAGAS, since, count, state: 'started' }, signal),
      );
    }),
    pipeline: subject('pipeline', async (count) => {
      const since = Date.now();
      await buyers.placeMany(count);
      return throughRate(await awaitWorkflows(client, { ...SAGAS, since, count, state: 'closed' }, signal));
    }),
    'reference-saga': subject('reference-saga', async (count) => {
      const since = Date.now();
      await startAll(parts, count, { ...REFERENCES, argument: () => randomUUID() });
      return throughRate(
        await awaitWorkflows(client, { ...REFERENCES, since, count, state: 'closed' }, signal),
      );
    }),
  };
}

/** One reference workflow from start to end: whether its worker is there. */
export async function runReferenceOnce(client: Client, withinMs: number): Promise<boolean> {
  try {
    await client.withDeadline(Date.now() + withinMs, () =>
      client.workflow.execute(REFERENCES.type, {
        taskQueue: REFERENCES.taskQueue,
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

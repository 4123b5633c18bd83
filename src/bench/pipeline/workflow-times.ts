/** When workflows started and closed, as Temporal has written it down: one clock for all that is compared. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { AppError } from '../../core/errors.js';

export interface WorkflowTimes {
  readonly workflowId: string;
  /** ms since 1970 */
  readonly startedAt: number;
  /** Null while it runs. */
  readonly closedAt: number | null;
}

export interface Wanted {
  readonly taskQueue: string;
  /** Sweeps run in the queue of the sagas, and are none. */
  readonly type: string;
  /** ms since 1970: those started from then on. */
  readonly since: number;
  readonly count: number;
  readonly state: 'started' | 'closed';
}

/** Seldom enough that asking does not take the server from what is measured. */
const POLL_MS = 500;
const STALLED_AFTER_MS = 60_000;
const PAGE_SIZE = 1_000;

/**
 * Waits until that many are there, then reads them; the list may lag behind the server by moments.
 * @throws AppError UNAVAILABLE when none is added for a minute, or the abort reason
 */
export async function awaitWorkflows(
  client: Client,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<WorkflowTimes[]> {
  const query = queryOf(wanted);
  let found = -1;
  let movedAt = Date.now();
  for (;;) {
    const { count } = await client.workflow.count(query);
    if (count >= wanted.count) return readAll(client, query);
    if (count > found) movedAt = Date.now();
    found = count;
    if (Date.now() - movedAt > STALLED_AFTER_MS) {
      throw new AppError(
        'UNAVAILABLE',
        `${found} of ${wanted.count} workflows have ${wanted.state}; no more come`,
      );
    }
    await delay(POLL_MS, undefined, { signal });
  }
}

function queryOf({ taskQueue, type, since, state }: Wanted): string {
  const closed = state === 'closed' ? ` and ExecutionStatus != 'Running'` : '';
  const started = `StartTime >= '${new Date(since).toISOString()}'`;
  return `TaskQueue = '${taskQueue}' and WorkflowType = '${type}' and ${started}${closed}`;
}

async function readAll(client: Client, query: string): Promise<WorkflowTimes[]> {
  const times: WorkflowTimes[] = [];
  for await (const { workflowId, startTime, closeTime } of client.workflow.list({
    query,
    pageSize: PAGE_SIZE,
  })) {
    times.push({ workflowId, startedAt: startTime.getTime(), closedAt: closeTime?.getTime() ?? null });
  }
  return times;
}

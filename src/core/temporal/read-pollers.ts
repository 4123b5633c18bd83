/** Who asks the saga's task queue for work. */
import type { Client } from '@temporalio/client';
import { scopedName, TASK_QUEUE } from '../names.js';
import { toTemporalError } from './temporal-errors.js';

/** temporal.api.enums.v1.TaskQueueType */
const QUEUE_TYPES = { workflow: 1, activity: 2 } as const;
/** A backstop: who asks bounds his own wait. */
const TIMEOUT_MS = 20_000;

export interface Poller {
  readonly identity: string;
  /** When it last began to ask; a poll lasts a minute. By the server's clock. */
  readonly lastAccess: Date;
}

export interface Pollers {
  readonly workflow: readonly Poller[];
  readonly activity: readonly Poller[];
}

/** The server remembers a poller for some minutes after it has gone. @throws AppError UNAVAILABLE */
export async function readPollers(client: Client, prefix: string): Promise<Pollers> {
  try {
    const [workflow, activity] = await client.withDeadline(Date.now() + TIMEOUT_MS, () =>
      Promise.all([pollersOf(QUEUE_TYPES.workflow), pollersOf(QUEUE_TYPES.activity)]),
    );
    return { workflow, activity };
  } catch (error) {
    throw toTemporalError(error);
  }

  async function pollersOf(taskQueueType: (typeof QUEUE_TYPES)[keyof typeof QUEUE_TYPES]): Promise<Poller[]> {
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace: client.options.namespace,
      taskQueue: { name: scopedName(prefix, TASK_QUEUE) },
      taskQueueType,
    });
    return (pollers ?? []).map(({ identity, lastAccessTime }) => ({
      identity: identity ?? '',
      lastAccess: new Date(Number(lastAccessTime?.seconds?.toString() ?? 0) * 1_000),
    }));
  }
}

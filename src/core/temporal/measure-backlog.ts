/** How much work waits for a worker in the saga's task queue. */
import type { Client } from '@temporalio/client';
import { scopedName, TASK_QUEUE } from '../names.js';
import { toTemporalError } from './temporal-errors.js';

/** temporal.api.enums.v1.TaskQueueType */
const QUEUE_TYPES = [1, 2] as const;

/**
 * Workflow and activity tasks that no worker has taken yet, by the server's own (approximate) count. A saga that
 * waits on a timer is none.
 * @throws AppError UNAVAILABLE
 */
export async function measureBacklog(client: Client, prefix: string): Promise<number> {
  try {
    const queues = await Promise.all(
      QUEUE_TYPES.map((taskQueueType) =>
        client.workflowService.describeTaskQueue({
          namespace: client.options.namespace,
          taskQueue: { name: scopedName(prefix, TASK_QUEUE) },
          taskQueueType,
          reportStats: true,
        }),
      ),
    );
    return queues.reduce((sum, queue) => sum + Number(queue.stats?.approximateBacklogCount ?? 0), 0);
  } catch (error) {
    throw toTemporalError(error);
  }
}

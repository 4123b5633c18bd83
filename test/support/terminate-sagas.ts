/** Ends sagas that a test has started and no worker will run. */
import type { Client } from '@temporalio/client';
import { workflowIdOf } from '../../src/core/names.js';

export async function terminateSagas(client: Client, orderIds: readonly string[]): Promise<void> {
  await Promise.all(
    orderIds.map((orderId) =>
      client.workflow
        .getHandle(workflowIdOf(orderId))
        .terminate('test is over')
        .catch(() => undefined),
    ),
  );
}

/** Takes away the schedules that a worker of a test has made: the server outlives the test and would go on with them. */
import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import { scheduleIdOf, SWEEPS } from '../../src/core/sweeps/sweep-names.js';

export async function deleteSchedules(client: Client, prefix: string): Promise<void> {
  await Promise.all(
    SWEEPS.map((name) =>
      client.schedule
        .getHandle(scheduleIdOf(prefix, name))
        .delete()
        .catch((error: unknown) => {
          if (!(error instanceof ScheduleNotFoundError)) throw error;
        }),
    ),
  );
}

/** Takes away the schedules that a worker of a test has made: the server outlives the test and would go on with them. */
import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import { scheduleIdOf, SWEEPS } from '../../src/core/sweeps/sweep-names.js';
import { waitFor } from './wait-for.js';

export async function deleteSchedules(client: Client, prefix: string): Promise<void> {
  await Promise.all(SWEEPS.map((name) => deleteSchedule(client, scheduleIdOf(prefix, name))));
}

/** A server under load may break a call off. */
async function deleteSchedule(client: Client, scheduleId: string): Promise<void> {
  const deleted = async () => {
    try {
      await client.schedule.getHandle(scheduleId).delete();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
    }
    return true;
  };
  await waitFor(deleted, { what: `${scheduleId} to be deleted`, timeoutMs: 20_000, intervalMs: 200 });
}

/** One run of a scheduled sweep. */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.js';
import type { SweepName } from '../../core/sweeps/sweep-names.js';

/** A run that fails is repeated by the schedule, so it is not retried for long itself. */
const { runSweep } = proxyActivities<Activities>({
  startToCloseTimeout: '10m',
  // One pass over a million holds takes a while.
  heartbeatTimeout: '2m',
  retry: { maximumAttempts: 3 },
});

/** @returns how many things the sweep has mended, for the list of recent runs */
export async function sweep(name: SweepName): Promise<number> {
  return runSweep(name);
}

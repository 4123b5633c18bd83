/** How the schedules of the sweeps stand. */
import { ScheduleNotFoundError, type Client, type ScheduleDescription } from '@temporalio/client';
import { inParallel } from '../in-parallel.js';
import { scheduleIdOf, SWEEPS, type SweepName } from '../sweeps/sweep-names.js';
import { describeRun, type RunStatus } from './describe-run.js';
import { toTemporalError } from './temporal-errors.js';

export interface SweepSchedule {
  readonly name: SweepName;
  readonly paused: boolean;
  /** Between two runs, in ms; null when the schedule has no interval. */
  readonly everyMs: number | null;
  /** Since the last run began, or since the schedule was made when it has not run. */
  readonly silentMs: number;
  readonly hasRun: boolean;
  /** How the last run ended; null when it has not run, or is not remembered. */
  readonly lastRun: RunStatus | null;
}

/** A backstop: who asks bounds his own wait. */
const TIMEOUT_MS = 20_000;
const WIDTH = 5;

/** @returns those that exist, by this machine's clock. @throws AppError UNAVAILABLE */
export async function readSweepSchedules(client: Client, prefix: string): Promise<SweepSchedule[]> {
  try {
    const found = await client.withDeadline(Date.now() + TIMEOUT_MS, () =>
      inParallel(SWEEPS, WIDTH, (name) => readSchedule(client, prefix, name)),
    );
    return found.filter((schedule) => schedule !== null);
  } catch (error) {
    throw toTemporalError(error);
  }
}

async function readSchedule(client: Client, prefix: string, name: SweepName): Promise<SweepSchedule | null> {
  let found: ScheduleDescription;
  try {
    found = await client.schedule.getHandle(scheduleIdOf(prefix, name)).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
  const { recentActions, createdAt } = found.info;
  const last = recentActions.at(-1);
  const since = last?.takenAt ?? createdAt;
  return {
    name,
    paused: found.state.paused,
    everyMs: found.spec.intervals?.[0]?.every ?? null,
    silentMs: Math.max(0, Date.now() - since.getTime()),
    hasRun: last !== undefined,
    lastRun: last === undefined ? null : await describeRun(client, last.action.workflow.workflowId),
  };
}

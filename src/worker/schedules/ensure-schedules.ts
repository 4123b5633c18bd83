/** Keeps the sweeps scheduled: the server runs them, whichever worker is alive; no scheduler and no leader of ours. */
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleHandle,
  type ScheduleOptions,
} from '@temporalio/client';
import type { Log } from '../../core/log.js';
import { scopedName, TASK_QUEUE } from '../../core/names.js';
import { toTemporalError } from '../../core/temporal/temporal-errors.js';
import { scheduleIdOf, SWEEPS, type SweepName } from '../../core/sweeps/sweep-names.js';

export interface SweepSchedules {
  readonly prefix: string;
  /** How often the sweeps of orders run, in ms. */
  readonly everyMs: number;
}

export interface PausedSweep {
  readonly name: SweepName;
  /** What the person wrote who paused it. */
  readonly note: string;
}

/** Of one schedule. */
const TIMEOUT_MS = 10_000;
const HOUR_MS = 3_600_000;
/** Runs of the other sweeps to one check of conservation. */
export const CHECK_EVERY = 10;
/** A run that was missed because the server was away is not made up for: the next one does its work. */
const CATCHUP_MS = 60_000;

/**
 * Creates what is missing and changes what differs; safe from several workers at once. What it does not know, such as
 * the sweeps of a newer version, it leaves alone.
 * @returns the sweeps that somebody has paused: left so, since people have their reasons
 * @throws AppError UNAVAILABLE when Temporal does not answer
 */
export async function ensureSchedules(
  client: Client,
  schedules: SweepSchedules,
  log: Log,
): Promise<PausedSweep[]> {
  try {
    const paused: PausedSweep[] = [];
    for (const name of SWEEPS) {
      // The client's own retries would go on for minutes.
      const one = () => ensureSchedule(client, name, schedules, log);
      paused.push(...(await client.withDeadline(Date.now() + TIMEOUT_MS, one)));
    }
    return paused;
  } catch (error) {
    throw toTemporalError(error);
  }
}

async function ensureSchedule(
  client: Client,
  name: SweepName,
  schedules: SweepSchedules,
  log: Log,
): Promise<PausedSweep[]> {
  const wanted = optionsOf(name, schedules);
  const schedule = client.schedule.getHandle(wanted.scheduleId);
  const found = await describe(schedule);
  if (!found) {
    await create(client, wanted, log);
    return [];
  }
  if (!isAsWanted(found, name, schedules)) {
    // Keeps what people have set by hand in the state: whether it is paused, and their note.
    await schedule.update(({ state }) => ({ ...wanted, state }));
    log.info({ schedule: wanted.scheduleId, everyMs: everyMsOf(name, schedules) }, 'sweep rescheduled');
  }
  return found.state.paused ? [{ name, note: found.state.note ?? '' }] : [];
}

async function describe(schedule: ScheduleHandle): Promise<ScheduleDescription | undefined> {
  try {
    return await schedule.describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

async function create(client: Client, wanted: ReturnType<typeof optionsOf>, log: Log): Promise<void> {
  try {
    await client.schedule.create(wanted);
    log.info({ schedule: wanted.scheduleId, everyMs: wanted.spec.intervals[0].every }, 'sweep scheduled');
  } catch (error) {
    // Another worker was faster.
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

function optionsOf(name: SweepName, schedules: SweepSchedules) {
  const scheduleId = scheduleIdOf(schedules.prefix, name);
  return {
    scheduleId,
    spec: { intervals: [{ every: everyMsOf(name, schedules) }] as const },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCHUP_MS },
    action: {
      type: 'startWorkflow',
      workflowType: 'sweep',
      workflowId: scheduleId,
      taskQueue: scopedName(schedules.prefix, TASK_QUEUE),
      args: [name],
    },
  } satisfies ScheduleOptions;
}

function everyMsOf(name: SweepName, { everyMs }: SweepSchedules): number {
  switch (name) {
    case 'old-figures':
      return HOUR_MS;
    case 'conservation-check':
      // It reads every order there is.
      return everyMs * CHECK_EVERY;
    default:
      return everyMs;
  }
}

function isAsWanted(found: ScheduleDescription, name: SweepName, schedules: SweepSchedules): boolean {
  const wanted = optionsOf(name, schedules);
  return (
    found.spec.intervals?.length === 1 &&
    found.spec.intervals[0]?.every === wanted.spec.intervals[0]?.every &&
    found.policies.overlap === wanted.policies.overlap &&
    found.policies.catchupWindow === CATCHUP_MS &&
    found.action.workflowType === wanted.action.workflowType &&
    found.action.taskQueue === wanted.action.taskQueue &&
    JSON.stringify(found.action.args) === JSON.stringify(wanted.action.args)
  );
}

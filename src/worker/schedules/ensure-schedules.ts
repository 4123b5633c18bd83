/** Keeps the sweeps scheduled: the server runs them, whichever worker is alive; no scheduler and no leader of ours. */
import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import type { Log } from '../../core/log.js';
import { scopedName, TASK_QUEUE } from '../../core/names.js';
import { toTemporalError } from '../../core/temporal/temporal-errors.js';
import { SWEEPS, type SweepName } from './sweep-names.js';

export interface SweepSchedules {
  readonly prefix: string;
  /** How often the sweeps of orders run, in ms. */
  readonly everyMs: number;
}

const HOUR_MS = 3_600_000;
/** A run that was missed because the server was away is not made up for: the next one does its work. */
const CATCHUP_MS = 60_000;

/** The schedule of one sweep in this deployment. */
export function scheduleIdOf(prefix: string, name: SweepName): string {
  return scopedName(prefix, `ordersctl-sweep-${name}`);
}

/**
 * Creates what is missing and changes what differs; safe from several workers at once.
 * @throws AppError UNAVAILABLE when Temporal does not answer
 */
export async function ensureSchedules(client: Client, schedules: SweepSchedules, log: Log): Promise<void> {
  try {
    for (const name of SWEEPS) await ensureSchedule(client, name, schedules, log);
  } catch (error) {
    throw toTemporalError(error);
  }
}

async function ensureSchedule(
  client: Client,
  name: SweepName,
  schedules: SweepSchedules,
  log: Log,
): Promise<void> {
  const wanted = optionsOf(name, schedules);
  try {
    await client.schedule.create(wanted);
    log.info({ schedule: wanted.scheduleId, everyMs: everyMsOf(name, schedules) }, 'sweep scheduled');
    return;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  const schedule = client.schedule.getHandle(wanted.scheduleId);
  if (isAsWanted(await schedule.describe(), name, schedules)) return;
  // Keeps what people have set by hand in the state: whether it is paused, and their note.
  await schedule.update(({ state }) => ({ ...wanted, state }));
  log.info({ schedule: wanted.scheduleId, everyMs: everyMsOf(name, schedules) }, 'sweep rescheduled');
}

function optionsOf(name: SweepName, schedules: SweepSchedules) {
  const scheduleId = scheduleIdOf(schedules.prefix, name);
  return {
    scheduleId,
    spec: { intervals: [{ every: everyMsOf(name, schedules) }] },
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

function everyMsOf(name: SweepName, schedules: SweepSchedules): number {
  return name === 'old-figures' ? HOUR_MS : schedules.everyMs;
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

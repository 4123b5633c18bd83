/** Whether what mends what nobody finished is scheduled, and runs. */
import { formatDuration } from '../../duration.js';
import { scheduleIdOf, SWEEPS } from '../../sweeps/sweep-names.js';
import type { SweepSchedule } from '../../temporal/read-sweep-schedules.js';
import type { Check } from '../check.js';
import { nameSome } from '../name-some.js';
import { failed, ok, skipped, warning, type Verdict } from '../verdict.js';
import { namespaceLook } from './namespace-look.js';

/** A run is due every interval; what was missed because the server was away is not made up for. */
const LATE_INTERVALS = 3;
const GRACE_MS = 60_000;

export function judgeSweeps(found: readonly SweepSchedule[], prefix: string): Verdict {
  const missing = SWEEPS.filter((name) => !found.some((schedule) => schedule.name === name));
  if (missing.length > 0) return failed(`not scheduled: ${nameSome(missing)}`, 'ordersctl worker');
  const paused = found.filter((schedule) => schedule.paused);
  const [first] = paused;
  if (first) {
    return failed(
      `paused: ${namesOf(paused)}; what they mend stays undone`,
      `temporal schedule toggle --unpause --schedule-id ${scheduleIdOf(prefix, first.name)} --reason "doctor"`,
    );
  }
  const late = found.filter(isLate);
  if (late.length > 0) {
    const names = late.map(({ name, silentMs }) => `${name} for ${formatDuration(silentMs)}`);
    return failed(`has not run: ${nameSome(names)}`, 'ordersctl worker');
  }
  const broken = found.filter(({ lastRun }) => lastRun === 'failed');
  if (broken[0]) {
    return warning(
      `the last run failed: ${namesOf(broken)}`,
      `temporal workflow list --query 'WorkflowType="sweep" AND ExecutionStatus="Failed"'`,
    );
  }
  const newest = Math.min(...found.map(({ silentMs }) => silentMs));
  return ok(`all ${SWEEPS.length} scheduled, the last ran ${formatDuration(newest)} ago`);
}

function isLate({ everyMs, silentMs }: SweepSchedule): boolean {
  return everyMs !== null && silentMs > LATE_INTERVALS * everyMs + GRACE_MS;
}

function namesOf(some: readonly SweepSchedule[]): string {
  return nameSome(some.map(({ name }) => name));
}

export const sweeps: Check = {
  id: 'temporal.sweeps',
  title: 'sweeps',
  needs: ['temporal'],
  async look(sources) {
    if ((await sources.once(namespaceLook)) === null) return skipped('there is no namespace');
    const { readSweepSchedules } = await import('../../temporal/read-sweep-schedules.js');
    const { prefix } = sources.config;
    return judgeSweeps(await readSweepSchedules(await sources.stores.temporal(), prefix), prefix);
  },
};

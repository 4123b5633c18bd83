/** The end of the time to pay, as one durable timer. */
import { sleep } from '@temporalio/workflow';

export interface Deadline {
  isDue(): boolean;
  /** At least 1, for time-outs that must not be zero. */
  leftMs(): number;
}

/** @param remainingMs by the clock of Postgres; at most 0 is due at once and needs no timer */
export function startDeadline(remainingMs: number): Deadline {
  let due = remainingMs <= 0;
  // The workflow's own clock, which a replay sees again; only how long ago the timer began is taken from it.
  const dueAt = Date.now() + remainingMs;
  if (!due) void sleep(remainingMs).then(() => (due = true));
  return { isDue: () => due, leftMs: () => Math.max(1, dueAt - Date.now()) };
}

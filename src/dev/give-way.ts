/** Lets a process have the processor only when those that somebody waits for leave it free. */
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** About a tenth of the share of a process at the usual priority, where both want all of it. */
const NICENESS = 10;

/**
 * To be called right after the spawn: later threads inherit it. A child in a session of its own is weighed by Linux as
 * a group (sched(7), autogroup), and its own niceness then counts only within it, so the group's is set as well.
 * @param pid of a session leader
 */
export function giveWay(pid: number): void {
  try {
    setPriority(pid, NICENESS);
    writeFileSync(`/proc/${pid}/autogroup`, String(NICENESS));
  } catch {
    // It has ended, or the system has no such groups: then it competes like any other.
  }
}

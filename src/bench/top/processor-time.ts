/** Processor time of a server, whatever processes and threads it consists of. Linux. */
import { readdirSync, readFileSync } from 'node:fs';

/** The kernel's unit in /proc on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Usage {
  readonly parent: number;
  readonly ms: number;
}

/** @returns ms of user and system time so far, of a process, its living descendants and those that have ended */
export function processorMs(pid: number): number {
  const usages = readUsages();
  const family = new Set([pid]);
  // A child may come before its parent in the list.
  for (let grown = -1; grown !== family.size; ) {
    grown = family.size;
    for (const [child, { parent }] of usages) if (family.has(parent)) family.add(child);
  }
  return [...family].reduce((sum, member) => sum + (usages.get(member)?.ms ?? 0), 0);
}

function readUsages(): Map<number, Usage> {
  const usages = new Map<number, Usage>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const usage = readUsage(name);
    if (usage) usages.set(Number(name), usage);
  }
  return usages;
}

/** @returns undefined for a process that has just ended */
function readUsage(pid: string): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // utime, stime, and the same of children that were waited for.
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
    return { parent: Number(fields[1]), ms: (ticks * 1_000) / TICKS_PER_SECOND };
  } catch {
    return undefined;
  }
}

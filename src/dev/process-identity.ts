/** Processes by pid and start time: a pid alone may have passed to somebody else, who must not be signalled. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { processStartTime } from '../core/config/stack-state.js';

const identitySchema = z.object({ pid: z.number().int().positive(), startTime: z.string() });
export type ProcessIdentity = z.output<typeof identitySchema>;
const recordSchema = z.array(identitySchema);

/** True while that very process runs. Without /proc the pid has to do. */
export function isSameProcess({ pid, startTime }: ProcessIdentity): boolean {
  const now = processStartTime(pid);
  if (process.platform === 'linux') return now !== undefined && now === startTime && !isZombie(pid);
  return answers(pid);
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return true;
  }
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Sends a signal to that very process; false when it is gone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isSameProcess(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * The servers of a stack, written before each is used, so that a later run can end what a crash has left. Replaced as a
 * whole: who reads a half-written file would take it for none.
 */
export function recordProcesses(path: string, processes: readonly ProcessIdentity[]): void {
  if (processes.length === 0) return rmSync(path, { force: true });
  const draft = `${path}.new`;
  writeFileSync(draft, JSON.stringify(processes.map(({ pid, startTime }) => ({ pid, startTime }))));
  renameSync(draft, path);
}

export function readProcesses(path: string): readonly ProcessIdentity[] {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return [];
  }
}

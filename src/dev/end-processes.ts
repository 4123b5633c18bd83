/** Ends processes that are not our children, as after a crash, and waits until they are gone. */
import { AppError } from '../core/errors.js';
import { isSameProcess, signalProcess, type ProcessIdentity } from './process-identity.js';

const POLL_MS = 50;

/**
 * Asks with SIGTERM, kills after `graceMs`.
 * @throws AppError INTERNAL when one outlives even SIGKILL (in an uninterruptible wait, or of another user)
 */
export async function endProcesses(processes: readonly ProcessIdentity[], graceMs: number): Promise<void> {
  for (const one of processes) signalProcess(one, 'SIGTERM');
  if (await allGone(processes, graceMs)) return;
  for (const one of processes) signalProcess(one, 'SIGKILL');
  if (await allGone(processes, 5_000)) return;
  const left = processes.filter(isSameProcess).map((one) => one.pid);
  throw new AppError('INTERNAL', `could not end process ${left.join(', ')}`, {
    hint: `kill -9 ${left.join(' ')}`,
  });
}

/** True as soon as all are gone, false when time has run out. */
export async function allGone(processes: readonly ProcessIdentity[], withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (processes.some(isSameProcess)) {
    if (Date.now() >= deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

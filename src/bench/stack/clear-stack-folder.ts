/** Makes a folder fit for a stack that is thrown away: what a crash has left goes, one that still runs stays. */
import { AppError } from '../../core/errors.js';
import type { Machine } from '../../dev/machine.js';
import { isSameProcess } from '../../dev/process-identity.js';
import { readLockHolder } from '../../dev/stack-lock.js';
import { pathsOf } from '../../dev/state-folder.js';
import { resetStackOf } from '../../dev/stop-stack.js';

/** @param what runs there, such as `demo`. @throws AppError REFUSED when one does */
export async function clearStackFolder(machine: Machine, folder: string, what: string): Promise<void> {
  const holder = readLockHolder(pathsOf(folder).lockFile);
  if (holder && isSameProcess(holder)) {
    throw new AppError('REFUSED', `a ${what} runs in ${folder} (pid ${holder.pid}); nothing was started`, {
      hint: `End it first: ordersctl dev down --dir ${folder}`,
    });
  }
  await resetStackOf(machine, folder);
}

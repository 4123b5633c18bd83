/** Makes the demo's folder fit for a new demo: what a crash has left goes, a demo that still runs stays. */
import { AppError } from '../../core/errors.js';
import type { Machine } from '../../dev/machine.js';
import { isSameProcess } from '../../dev/process-identity.js';
import { readLockHolder } from '../../dev/stack-lock.js';
import { pathsOf } from '../../dev/state-folder.js';
import { resetStackOf } from '../../dev/stop-stack.js';

/** @throws AppError REFUSED when a demo runs there */
export async function clearDemoFolder(machine: Machine, folder: string): Promise<void> {
  const holder = readLockHolder(pathsOf(folder).lockFile);
  if (holder && isSameProcess(holder)) {
    throw new AppError('REFUSED', `a demo runs in ${folder} (pid ${holder.pid}); nothing was started`, {
      hint: `End it first: ordersctl dev down --dir ${folder}`,
    });
  }
  await resetStackOf(machine, folder);
}

/** One stack per folder: a lock that a process holds while it lives, however it ends. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processStartTime } from '../core/config/stack-state.js';
import { AppError } from '../core/errors.js';
import { isSameProcess, type ProcessIdentity } from './process-identity.js';

/** @returns release. @throws AppError REFUSED naming the process that holds it */
export function takeLock(path: string): () => void {
  const mine = `${path}.${process.pid}`;
  const me: ProcessIdentity = { pid: process.pid, startTime: processStartTime(process.pid) ?? '' };
  writeFileSync(mine, JSON.stringify(me));
  try {
    // A link appears whole or not at all, so nobody reads a half-written lock.
    if (!tryLink(mine, path)) {
      setStaleAside(path);
      if (!tryLink(mine, path)) throw heldBy(readLockHolder(path), path);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return () => {
    if (readLockHolder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

/** Moves a dead process's lock away; puts it back if somebody alive took it between the look and the move. */
function setStaleAside(path: string): void {
  const holder = readLockHolder(path);
  if (holder && isSameProcess(holder)) throw heldBy(holder, path);
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // another process was quicker; the link will tell
  }
  const moved = readLockHolder(aside);
  if (moved && isSameProcess(moved)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Who holds the lock, alive or not. */
export function readLockHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

function heldBy(holder: ProcessIdentity | undefined, path: string): AppError {
  return new AppError(
    'REFUSED',
    `another process (pid ${holder?.pid ?? 'unknown'}) starts or stops the stack of this folder`,
    {
      hint: `Wait for it, or end it: ordersctl dev down (lock: ${path})`,
    },
  );
}

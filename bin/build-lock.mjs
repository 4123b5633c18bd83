/** One build at a time in one folder: a second one waits for the first, and takes over from one that died. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const WAIT_MS = 100;
const LIMIT_MS = 5 * 60_000;

/** @param {string} root @param {() => Promise<void>} work */
export async function withBuildLock(root, work) {
  const lock = join(root, 'node_modules/.ordersctl-build.lock');
  const deadline = Date.now() + LIMIT_MS;
  mkdirSync(dirname(lock), { recursive: true });
  while (!take(lock)) {
    if (Date.now() > deadline) throw new Error(`another build holds ${lock}; remove it when none runs`);
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!isHeld(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isHeld(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (!(pid > 0)) return true; // being written
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

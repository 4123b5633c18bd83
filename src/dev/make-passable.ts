/** Folders that others may pass through but not look into: a server that runs as another user reaches its own data. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const PASS_THROUGH = 0o711;

/** Makes the folder and those missing above it. One that is there keeps its mode; the umask is not asked. */
export function makePassable(folder: string): void {
  if (existsSync(folder)) return;
  makePassable(dirname(folder));
  mkdirSync(folder);
  chmodSync(folder, PASS_THROUGH);
}

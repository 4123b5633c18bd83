/** Writes all figures of the moment as JSON, for a ticket or for later. */
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { TopData } from '../state/model.js';
import type { TopSnapshot } from '../state/snapshot.js';

/** `$XDG_STATE_HOME/ordersctl`, by default below ~/.local/state. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['XDG_STATE_HOME'] || join(env['HOME'] || homedir(), '.local', 'state'), 'ordersctl');
}

/** @returns the path of the file. @throws what the file system says */
export async function saveSnapshot(
  folder: string,
  snapshot: TopSnapshot,
  { looks, log }: Pick<TopData, 'looks' | 'log'>,
): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `top-${snapshot.at.replace(/[-:.]/g, '')}.json`);
  // Orders bear the ids of customers.
  await writeFile(path, `${JSON.stringify({ ...snapshot, looks, log }, null, 2)}\n`, { mode: 0o600 });
  return path;
}

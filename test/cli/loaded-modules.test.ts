/** Starting quickly: no command loads the client of a server that it does not ask. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreName } from '../../src/core/partial-answer.js';
import { runBinary } from '../support/binary.js';
import { COMMAND_TABLE } from './command-table.js';

const CLIENT_OF: Readonly<Record<StoreName, string>> = {
  postgres: 'pg',
  redis: 'ioredis',
  kafka: 'kafkajs',
  temporal: '@temporalio',
};
/** What takes long to load. All are CommonJS; Ink is not, but comes with React. */
const HEAVY = [...Object.values(CLIENT_OF), 'react', 'express'];

/** Says at the end which CommonJS files were loaded. */
const PROBE = `process.on('exit', () => {
  const loaded = Object.keys(require.cache).join('\\n');
  require('node:fs').writeFileSync(process.env.LOADED_FILE, loaded);
});`;

const folder = mkdtempSync(join(tmpdir(), 'ordersctl-loaded-'));
beforeAll(() => writeFileSync(join(folder, 'probe.cjs'), PROBE));
afterAll(() => rmSync(folder, { recursive: true }));

/** Heavy packages that a call loads, however it ends. */
async function loadedBy(args: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const file = join(folder, randomUUID());
  const probe = { NODE_OPTIONS: `--require=${join(folder, 'probe.cjs')}`, LOADED_FILE: file };
  await runBinary(args, { env: { XDG_CONFIG_HOME: folder, ...probe, ...env } });
  const loaded = readFileSync(file, 'utf8').matchAll(/node_modules\/([^/]+)/g);
  const names = new Set([...loaded].map(([, name]) => name));
  return HEAVY.filter((name) => names.has(name));
}

it('would be seen loading a client', async () => {
  const args = ['list'];
  const env = { DATABASE_URL: 'postgres://ordersctl@127.0.0.1:1/none' };
  expect(await loadedBy(args, env)).toEqual(['pg']);
});

describe.concurrent('a command', { timeout: 60_000 }, () => {
  // Of a group, the commands in it are loaded together.
  const groups = [...new Set(Object.keys(COMMAND_TABLE).map((path) => path.split(' ')[0] ?? ''))];
  it.each(groups)('"%s" loads no client for its help', async (name) => {
    expect(await loadedBy(['help', name])).toEqual([]);
  });

  const asking = Object.entries(COMMAND_TABLE).filter(([, { stores }]) => stores.length > 0);
  it.each(asking)('"%s" without configuration has loaded what it uses at most', async (path, line) => {
    const allowed = [...line.stores.map((store) => CLIENT_OF[store]), ...(line.loads ?? [])];
    const loaded = await loadedBy([...path.split(' '), ...line.args]);
    expect(loaded.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  const local = Object.entries(COMMAND_TABLE).filter(
    ([, { stores, notRun }]) => stores.length === 0 && !notRun,
  );
  it.each(local)('"%s" loads no client at all', async (path, line) => {
    expect(await loadedBy([...path.split(' '), ...line.args])).toEqual(line.loads ?? []);
  });
});

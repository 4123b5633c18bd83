/** Starting quickly: no command loads the client of a server that it does not ask. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoreName } from '../../src/core/partial-answer.js';
import { childEnvironment, REPOSITORY, runBinary } from '../support/binary.js';
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
const probeOptions = `--require=${join(folder, 'probe.cjs')}`;
beforeAll(() => writeFileSync(join(folder, 'probe.cjs'), PROBE));
afterAll(() => rmSync(folder, { recursive: true }));

/** Heavy packages that a call loads, however it ends. */
async function loadedBy(args: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const file = join(folder, randomUUID());
  const probe = { NODE_OPTIONS: probeOptions, LOADED_FILE: file };
  await runBinary(args, { env: { XDG_CONFIG_HOME: folder, ...probe, ...env } });
  return heavyIn(file);
}

function heavyIn(file: string): string[] {
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
  // In one process: the whole tree is what every help together loads.
  it('loads no client for its help', async () => {
    const file = join(folder, randomUUID());
    const tree = pathToFileURL(join(REPOSITORY, 'dist/cli/reference/detached-program.js')).href;
    const program = `await (await import(${JSON.stringify(tree)})).makeDetachedProgram()`;
    const env = childEnvironment({ NODE_OPTIONS: probeOptions, LOADED_FILE: file });
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env });
    expect(heavyIn(file)).toEqual([]);
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

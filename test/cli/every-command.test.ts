/** What holds for every command alike; `command-table.ts` says what is special about each. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDetachedProgram } from '../../src/cli/reference/detached-program.js';
import { EXIT } from '../../src/core/errors.js';
import type { StoreName } from '../../src/core/partial-answer.js';
import { createSpace, type Space } from '../support/space.js';
import { COMMAND_TABLE, type CommandLine } from './command-table.js';
import { runCommand, type RunResult } from './run-command.js';

const program = await makeDetachedProgram();
const tree = walk(program, []);
const leaves = new Map(
  tree.filter(({ command }) => command.commands.length === 0).map((one) => [one.path, one.command]),
);
const entries = [...leaves.keys()].flatMap((path) => {
  const line = COMMAND_TABLE[path];
  return line ? [{ path, line }] : [];
});
/** `dev reset` deletes what is on this machine alone. */
const mutations = entries.filter(({ path }) => knows(path, '--dry-run') && path !== 'dev reset');
const ADDRESS: Readonly<Record<StoreName, readonly [variable: string, dead: string]>> = {
  postgres: ['DATABASE_URL', 'postgres://ordersctl@127.0.0.1:1/none'],
  redis: ['REDIS_URL', 'redis://127.0.0.1:1'],
  kafka: ['KAFKA_BROKERS', '127.0.0.1:1'],
  temporal: ['TEMPORAL_ADDRESS', '127.0.0.1:1'],
};

let space: Space;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'ordersctl-every-'));
  space = await createSpace('every-command');
  await space.topics();
  for (const args of [
    ['seed-stock', '--product', 'mug', '--quantity', '5'],
    ['seed-prices', '--product', 'mug', '--price', '5 EUR'],
  ])
    expect(await run(args)).toMatchObject({ code: EXIT.ok });
});
afterAll(async () => {
  rmSync(home, { recursive: true });
  await space.close();
});

function run(args: readonly string[], env: Record<string, string> = {}): Promise<RunResult> {
  const ports = { PORT: '0', ORDERSCTL_ADMIN_PORT: '0', ORDERSCTL_HOST: '127.0.0.1' };
  return runCommand(args, {
    env: { ...space.environment, ...ports, XDG_CONFIG_HOME: home, ...env },
    cwd: home,
  });
}
const call = (path: string, args: readonly string[]) => [...path.split(' '), '--json', ...args];
/** As it changes nothing. */
const harmless = (path: string, { args }: CommandLine) =>
  call(path, knows(path, '--dry-run') ? ['--dry-run', ...args] : args);

function walk(
  command: CommandUnknownOpts,
  path: readonly string[],
): { path: string; command: CommandUnknownOpts }[] {
  const inner = command.commands.flatMap((child) => walk(child, [...path, child.name()]));
  return [{ path: path.join(' '), command }, ...inner];
}
function knows(path: string, flag: string): boolean {
  return leaves.get(path)?.options.some(({ long }) => long === flag) ?? false;
}
function errorOf({ stderr }: RunResult): {
  code: string;
  message: string;
  hint: string | null;
  retryable: boolean;
} {
  return (JSON.parse(stderr) as { error: ReturnType<typeof errorOf> }).error;
}
function valuesOf({ stdout }: RunResult): unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

it('has a line in the table for every command, and no other', () => {
  expect(Object.keys(COMMAND_TABLE).sort()).toEqual([...leaves.keys()].sort());
});

describe('help', () => {
  it.each(tree)('of "$path" fits 80 columns, and says what it is for', async ({ path, command }) => {
    const { code, stdout, stderr } = await runCommand(
      [...path.split(' ').filter((word) => word !== ''), '--help'],
      {
        env: { COLUMNS: '80' },
      },
    );
    expect({ code, stderr }).toEqual({ code: EXIT.ok, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(command.description()).not.toBe('');
    for (const option of command.options) expect([option.long, option.description]).not.toContain('');
    if (path !== '') expect(stdout).toContain('--json');
  });
});

describe('nonsense', () => {
  it.each(entries)('as a flag of "$path" is refused with what was meant', async ({ path, line }) => {
    const result = await run([...path.split(' '), '--json', '--jsom', ...line.args]);
    expect(result).toMatchObject({ code: EXIT.usage, stdout: '' });
    expect(errorOf(result)).toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('--json') as string,
    });
  });

  it.each(entries)('as an argument of "$path" is refused', async ({ path, line }) => {
    const result = await run(call(path, line.nonsense ?? [...line.args, 'surplus']));
    expect(result.stdout).toBe('');
    const { code } = errorOf(result);
    // What looks like an id may only be found not to be there.
    if (result.code === EXIT.failed) expect(code).toMatch(/NOT_FOUND$/);
    else expect(result.code).toBe(EXIT.usage);
  });
});

describe.concurrent('--json', { timeout: 60_000 }, () => {
  it.each(entries.filter(({ line }) => !line.notRun))('of "$path" is one value', async ({ path, line }) => {
    const result = await run(harmless(path, line));
    expect(result).toMatchObject({ code: line.code ?? EXIT.ok });
    const values = valuesOf(result);
    if (values.length === 0 && !line.stream) expect(errorOf(result).message).not.toBe('');
    else expect(result.stderr).toBe('');
    expect(values.length).toBeLessThanOrEqual(1);
    for (const value of values) expect(value).toBeTypeOf('object');
  });
});

describe.concurrent('a server that is away', { timeout: 60_000 }, () => {
  const cases = entries.flatMap(({ path, line }) => line.stores.map((store) => ({ path, line, store })));
  it.each(cases)('$store: "$path" ends with 5, a hint, and what it knows', async ({ path, line, store }) => {
    const [variable, dead] = ADDRESS[store];
    const result = await run(line.whole ? call(path, line.whole) : harmless(path, line), {
      [variable]: dead,
    });
    expect(result.code).toBe(EXIT.unreachable);
    if (!line.notRun) for (const value of valuesOf(result)) expect(value).toBeTypeOf('object');
    const error = result.stderr === '' ? undefined : errorOf(result);
    if (error) expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    if (error) expect(error.hint).toBeTruthy();
    // Some say it in their answer alone.
    else expect(result.stdout).toMatch(/"unavailable":\[["{]|"code":"UNAVAILABLE"/);
  });
});

describe('a command that changes something', () => {
  it.each(mutations)('"$path" takes --dry-run, --yes, --confirm and --reason', ({ path }) => {
    const flags = ['--dry-run', '--yes', '--confirm', '--reason'].filter((flag) => !knows(path, flag));
    expect(flags).toEqual([]);
  });

  it.each(mutations)(
    '"$path" is refused in a read-only place and, without a reason, in production',
    async ({ path, line }) => {
      const refused = await run(call(path, [...line.args, '--yes']), { ORDERSCTL_READ_ONLY: 'true' });
      expect(refused).toMatchObject({ code: EXIT.refused, stdout: '' });
      expect(errorOf(refused).message).toMatch(new RegExp(`^${path}( --repair)? would change something`));
      const unexplained = await run(call(path, [...line.args, '--yes']), { ORDERSCTL_PRODUCTION: 'true' });
      expect(unexplained).toMatchObject({ code: EXIT.refused, stdout: '' });
      expect(errorOf(unexplained)).toMatchObject({ hint: expect.stringContaining('--reason') as string });
    },
  );
});

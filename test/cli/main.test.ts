import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/errors.js';
import { main } from '../../src/cli/main.js';
import { runCommand, runJson } from './run-command.js';

const COMMANDS = [
  'serve', 'consume', 'worker', 'migrate', 'seed-stock', 'seed-prices', 'top', 'list', 'inspect', 'replay', 'audit',
  'dev', 'demo', 'token', 'config', 'version', 'help',
]; // prettier-ignore

describe('the command line', () => {
  it.each([[[]], [['--help']], [['help']], [['-h']]])('lists every command by group for %j', async (args) => {
    const result = await runCommand(args);
    expect(result.code).toBe(EXIT.ok);
    for (const name of COMMANDS) expect(result.stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    for (const group of ['Run:', 'Prepare:', 'Observe:', 'Repair:', 'Local:', 'Setup:']) {
      expect(result.stdout).toContain(group);
    }
    expect(result.stderr).toBe('');
  });

  it.each([[['help', 'replay']], [['replay', '--help']], [['--json', 'replay', '-h']]])(
    'shows options, global options and examples of one command for %j',
    async (args) => {
      const result = await runCommand(args);
      expect(result.code).toBe(EXIT.ok);
      expect(result.stdout).toContain('--older-than');
      expect(result.stdout).toContain('--json');
      expect(result.stdout).toContain('Examples:');
    },
  );

  it.each(COMMANDS.filter((name) => name !== 'help'))(
    'gives %s a help with examples and --json',
    async (name) => {
      const result = await runCommand(['help', name]);
      expect(result.code).toBe(EXIT.ok);
      expect(result.stdout).toContain('Examples:');
      expect(result.stdout).toContain('--json');
    },
  );

  it('shows the help of a sub-command', async () => {
    const result = await runCommand(['help', 'config', 'show']);
    expect(result.code).toBe(EXIT.ok);
    expect(result.stdout).toContain('--origin');
  });

  it('shows the commands of a group that was named alone', async () => {
    const result = await runCommand(['config']);
    expect(result.code).toBe(EXIT.ok);
    expect(result.stdout).toContain('show');
    expect(result.stderr).toBe('');
  });

  it('suggests the command that was meant', async () => {
    const result = await runCommand(['lst']);
    expect(result.code).toBe(EXIT.usage);
    expect(result.stdout).toBe('');
    expect(result.stderr).toContain("unknown command 'lst'");
    expect(result.stderr).toContain('Did you mean list?');
  });

  it.each([
    ['dev', 'statsu', 'status'],
    ['bench', 'acept', 'accept'],
  ])('suggests the command of the group %s that was meant', async (group, typed, meant) => {
    const result = await runCommand([group, typed]);
    expect(result.code).toBe(EXIT.usage);
    expect(result.stderr).toContain(`Did you mean ${meant}?`);
  });

  it('suggests the option that was meant', async () => {
    const result = await runCommand(['list', '--statos', 'PENDING']);
    expect(result.code).toBe(EXIT.usage);
    expect(result.stderr).toContain('Did you mean --status?');
  });

  it.each([
    [['list', '--older-than', 'yesterday'], '"yesterday" is not a duration'],
    [['list', '--limit', '0'], '"0" is not a whole number from 1'],
    [['list', '--status', 'LOST'], '"LOST" is not a status'],
    [['inspect'], 'name one order, or a customer with --user'],
    [['token'], "required option '--user <id>' not specified"],
    [['help', 'nonsense'], "unknown command 'nonsense'"],
    [['list', 'surplus'], 'too many arguments'],
    [['config', 'shaw'], "unknown command 'shaw'"],
  ])('refuses %j with exit code 2 and changes nothing', async (args, message) => {
    const result = await runCommand(args);
    expect(result.code).toBe(EXIT.usage);
    expect(result.stderr).toContain(message);
    expect(result.stdout).toBe('');
  });

  it('prints usage errors as JSON under --json, wherever the flag stands', async () => {
    for (const args of [
      ['--json', 'list', '--limit', 'x'],
      ['list', '--limit', 'x', '--json'],
    ]) {
      const result = await runCommand(args);
      expect(result.code).toBe(EXIT.usage);
      expect(result.stdout).toBe('');
      expect(JSON.parse(result.stderr)).toEqual({
        error: {
          code: 'USAGE',
          message: '"x" is not a whole number from 1 to 1000000',
          hint: null,
          retryable: false,
        },
      });
    }
  });

  it('takes --json from ORDERSCTL_OUTPUT', async () => {
    const result = await runCommand(['version'], { env: { ORDERSCTL_OUTPUT: 'json' } });
    expect(JSON.parse(result.stdout)).toMatchObject({ node: process.versions.node });
  });

  it('reports all configuration problems at once and what is missing', async () => {
    const bad = await runCommand(['list'], { env: { PORT: 'http', DATABASE_URL: 'mysql://x' } });
    expect(bad.code).toBe(EXIT.usage);
    expect(bad.stderr).toContain('PORT (environment)');
    expect(bad.stderr).toContain('DATABASE_URL (environment)');

    const missing = await runCommand(['replay', '--json']);
    expect(missing.code).toBe(EXIT.usage);
    const { error } = JSON.parse(missing.stderr) as {
      error: { code: string; message: string; hint: string };
    };
    expect(error.code).toBe('CONFIG_INVALID');
    for (const name of ['DATABASE_URL', 'KAFKA_BROKERS', 'TEMPORAL_ADDRESS'])
      expect(error.message).toContain(name);
    expect(error.hint).toContain('ordersctl dev up -d');
  });

  it('warns about an unknown setting without failing, and keeps JSON clean of it', async () => {
    const env = { ORDERSCTL_PREFX: 'a' };
    const people = await runCommand(['config', 'show'], { env });
    expect(people.code).toBe(EXIT.ok);
    expect(people.stderr).toContain('ORDERSCTL_PREFX');
    const script = await runCommand(['config', 'show', '--json'], { env });
    expect(script.stderr).toBe('');
  });

  it('says what to do when a server is missing, with exit code 5', async () => {
    const env = { DATABASE_URL: 'postgres://ordersctl@127.0.0.1:1/none' };
    const people = await runCommand(['list'], { env });
    expect(people.code).toBe(EXIT.unreachable);
    expect(people.stderr).toMatch(/^error: .*\n( {2}why: .*\n)? {2}fix: .*\n$/);
    const script = await runCommand(['list', '--json'], { env });
    expect(script.code).toBe(EXIT.unreachable);
    expect(JSON.parse(script.stderr)).toMatchObject({ error: { code: 'UNAVAILABLE', retryable: true } });
  });

  it('shows a stack trace with --debug only', async () => {
    const args = ['list', '--limit', 'x'];
    expect((await runCommand(args)).stderr).not.toContain('    at ');
    expect((await runCommand([...args, '--debug'])).stderr).toContain('    at ');
  });

  it('ends quietly when the reader of its output is gone', async () => {
    const closed = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    const stderr: string[] = [];
    const io = {
      stdout: closed,
      stderr: new Writable({ write: (chunk, _encoding, done) => (stderr.push(String(chunk)), done()) }),
      stdin: Readable.from([]),
      env: {},
      cwd: '/nonexistent',
      forceExit: () => undefined,
    };
    expect(await main(['version'], io)).toBe(EXIT.ok);
    expect(stderr).toEqual([]);
  });

  it('prints its version for --version, also as JSON', async () => {
    expect((await runCommand(['--version'])).stdout).toMatch(/^ordersctl \d+\.\d+\.\d+\n/);
    expect(await runJson(['-V'])).toHaveProperty('schema.newest');
  });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completionScript } from '../../../src/cli/completion/scripts.js';
import { childEnvironment, REPOSITORY } from '../../support/binary.js';
import { createSpace, type Space } from '../../support/space.js';
import { makeContextsHome, type ContextsHome } from '../contexts-home.js';
import { runCommand, runJson } from '../run-command.js';

let home: ContextsHome;
beforeAll(() => {
  home = makeContextsHome({ contexts: { prod: {}, staging: {} } });
});
afterAll(() => home.remove());

/** @param words the line so far; the last one is being typed */
async function after(words: readonly string[], env: Record<string, string> = {}): Promise<string[]> {
  const { stdout } = await runCommand(['--json', 'completion', 'words', '--', ...words], {
    env: { ...home.env, ...env },
  });
  const found = JSON.parse(stdout) as { value: string }[];
  return found.map(({ value }) => value);
}

describe('what may follow', () => {
  it.each([
    [['s'], ['serve', 'seed-stock', 'seed-prices', 'sale', 'sweep']],
    [['--json', 'sale', 'c'], ['close']],
    [['--context', 'prod', 'dev', 'l'], ['logs']],
    [['help', 'exit'], ['exit-codes']],
    [['help', 'dlq', 'd'], ['drop']],
    [['list', '--stat'], ['--status']],
    [['sale', 'set', 'tee', '--conf'], ['--confirm']],
    [['list', '--status', 'EXP'], ['EXPIRED']],
    [['list', '--status=EXP'], ['--status=EXPIRED']],
    // As bash takes it apart.
    [['list', '--status', '=', 'EXP'], ['EXPIRED']],
    [['list', '--status', '='], expect.arrayContaining(['PENDING', 'EXPIRED']) as string[]],
    [
      ['sale', 'set', 'tee', '--state', ''],
      ['OPEN', 'PAUSED', 'CLOSED'],
    ],
    [['dlq', 'list', '--cause', 'NOT'], ['NOT_JSON']],
    [
      ['demo', '--kill', ''],
      ['serve', 'consume', 'worker'],
    ],
    [['dev', 'logs', 'k'], ['kafka']],
    [
      ['--context', ''],
      ['prod', 'staging', 'none'],
    ],
    [['context', 'use', 'p'], ['prod']],
    [['context', 'set', 'prod', 'databaseU'], ['databaseUrl=']],
    [['seed-stock', ''], [':files']],
    [['version', ''], []],
    [['inspect', 'a', ''], []],
    [['nonsense', 'x', ''], []],
    [['list', '--limit', ''], []],
  ])('%j: %j', async (words, expected) => {
    expect(await after(words)).toEqual(expected);
  });

  it('is no option twice, unless it takes a value, and no command that is hidden', async () => {
    const flags = await after(['list', '--json', '--status', 'PENDING', '--']);
    expect(flags).toContain('--status');
    expect(flags).not.toContain('--json');
    expect(await after(['bench', ''])).not.toContain('reference');
    expect(await after(['completion', ''])).toEqual(['bash', 'zsh', 'fish']);
  });

  it('says what each word means', async () => {
    const { stdout } = await runCommand(['completion', 'words', '--', 'sale', 'cl']);
    expect(stdout).toBe('close\tend the sale of products; buyers are told that it is over\n');
  });

  describe('of products', () => {
    let space: Space;
    beforeAll(async () => {
      space = await createSpace('completion');
      for (const product of ['mug', 'tee-blue', 'tee-red'])
        await runJson(['seed-stock', '--product', product, '--quantity', '1'], { env: space.environment });
    });
    afterAll(() => space.close());

    it('is what the database has', async () => {
      const { DATABASE_URL = '' } = space.environment;
      expect(await after(['sale', 'pause', 'tee'], { DATABASE_URL })).toEqual(['tee-blue', 'tee-red']);
      expect(await after(['audit', '--product', 'm'], { DATABASE_URL })).toEqual(['mug']);
    });

    it('is nothing, quietly, without a database', async () => {
      const { DATABASE_URL: _unused, ...env } = space.environment;
      const dead = { DATABASE_URL: 'postgres://ordersctl@127.0.0.1:1/none' };
      for (const url of [{}, dead] as Record<string, string>[]) {
        const result = await runCommand(['completion', 'words', '--', 'sale', 'pause', ''], {
          env: { ...env, ...url },
        });
        expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
      }
    });
  });
});

const isInstalled = (shell: string) => spawnSync(shell, ['--version']).status === 0;

describe('in a shell', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ordersctl-shell-'));
    const binary = join(folder, 'ordersctl');
    writeFileSync(
      binary,
      `#!/bin/sh\nexec ${process.execPath} ${join(REPOSITORY, 'bin/ordersctl.js')} "$@"\n`,
    );
    chmodSync(binary, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function ask(shell: string, args: readonly string[], script: string): string[] {
    const path = `${folder}:${process.env['PATH'] ?? ''}`;
    const env = childEnvironment({ ...home.env, HOME: folder, PATH: path });
    const { stdout, stderr, status } = spawnSync(shell, [...args, '-c', script], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${shell} ended with ${status ?? '?'}: ${stderr}`);
    return stdout.split('\n').filter((line) => line !== '');
  }

  /** Calls the function of the script as bash does at a Tab. */
  const inBash = (...words: string[]) =>
    ask(
      'bash',
      ['--norc', '--noprofile'],
      `${completionScript('bash')}
       COMP_WORDS=(ordersctl ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
       _ordersctl; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );

  it.skipIf(!isInstalled('bash'))('bash completes commands, options and values', () => {
    expect(inBash('sale', 'c')).toEqual(['close']);
    expect(inBash('list', '--status', '=', 'EXP')).toEqual(['EXPIRED']);
    expect(inBash('--context', 's')).toEqual(['staging']);
    expect(inBash('list', '--', '')).toEqual([]);
  });

  it.skipIf(!isInstalled('bash'))('bash knows for which command it is asked', () => {
    expect(ask('bash', ['--norc'], `${completionScript('bash')}\ncomplete -p ordersctl`)).toEqual([
      'complete -F _ordersctl ordersctl',
    ]);
  });

  it.skipIf(!isInstalled('fish'))('fish completes with meanings', () => {
    const found = ask('fish', ['--no-config'], `${completionScript('fish')}\ncomplete -C 'ordersctl sale c'`);
    expect(found).toEqual(['close\tend the sale of products; buyers are told that it is over']);
    const values = ask(
      'fish',
      ['--no-config'],
      `${completionScript('fish')}\ncomplete -C 'ordersctl --context '`,
    );
    expect(values).toEqual(expect.arrayContaining(['prod', 'staging']));
  });

  it.skipIf(!isInstalled('zsh'))('zsh takes its script and calls it for ordersctl', () => {
    const script = `autoload -U compinit; compinit -u -d ${folder}/dump
      ${completionScript('zsh')}
      print $_comps[ordersctl]
      _describe() { print -l -- "\${described[@]}" }
      words=(ordersctl sale c); CURRENT=3; _ordersctl`;
    expect(ask('zsh', ['-f'], script)).toEqual([
      '_ordersctl',
      'close:end the sale of products; buyers are told that it is over',
    ]);
  });
});

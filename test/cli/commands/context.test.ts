import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, lstatSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { makeContextsHome, type ContextsHome } from '../contexts-home.js';
import { runCommand, runJson, runText } from '../run-command.js';

let home: ContextsHome;
beforeEach(() => {
  home = makeContextsHome();
});
afterEach(() => home.remove());

const run = (...args: string[]) => runCommand(['context', ...args], { env: home.env });
const text = (...args: string[]) => runText(['context', ...args], { env: home.env });
const json = (...args: string[]) => runJson<Record<string, unknown>>(['context', ...args], { env: home.env });
const file = () =>
  JSON.parse(readFileSync(home.file, 'utf8')) as { current?: string; contexts: Record<string, object> };

it('makes, lists, shows, chooses and forgets contexts', async () => {
  expect(await json('list')).toEqual([]);
  await text('set', 'prod', 'databaseUrl=postgres://app:hunter2@db.prod:5432/shop', 'production=true');
  await text('set', 'staging', 'kafkaBrokers=k1:9092,k2:9092', 'readOnly=true');
  await text('use', 'prod');
  expect(await json('list')).toEqual([
    { name: 'prod', current: true, production: true, readOnly: false, postgres: 'db.prod:5432', redis: null, kafka: null, temporal: null },
    { name: 'staging', current: false, production: false, readOnly: true, postgres: null, redis: null, kafka: 'k1:9092,k2:9092', temporal: null },
  ]); // prettier-ignore
  expect(await text('list')).toMatch(/^\* +prod +production +db\.prod:5432/m);
  const shown = await text('show');
  expect(shown).toContain('context prod (production), current');
  expect(shown).toContain(home.file);
  expect(shown).not.toContain('hunter2');
  expect(JSON.stringify(await json('show', 'prod'))).not.toContain('hunter2');
  await text('remove', 'prod', '--yes');
  expect(file()).toEqual({
    current: null,
    contexts: { staging: { kafkaBrokers: 'k1:9092,k2:9092', readOnly: true } },
  });
});

it('keeps the file for its owner alone, leaves no draft, and follows a link', async () => {
  await text('set', 'prod', 'production=true');
  expect(statSync(home.file).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(home.file))).toEqual(['contexts.json']);
  const elsewhere = join(home.folder, 'dotfiles.json');
  renameSync(home.file, elsewhere);
  symlinkSync(elsewhere, home.file);
  await text('use', 'prod');
  expect(lstatSync(home.file).isSymbolicLink()).toBe(true);
  expect(JSON.parse(readFileSync(elsewhere, 'utf8'))).toMatchObject({ current: 'prod' });
});

it('changes what is named, takes out what is empty, and one of a secret and its file', async () => {
  await text('set', 'prod', 'databaseUrl=postgres://h/d', 'prefix=a');
  await text('set', 'prod', 'databaseUrlFile=prod.url', 'prefix=');
  expect(file().contexts).toEqual({ prod: { databaseUrlFile: 'prod.url' } });
});

it('warns when a secret was given in the open, and when a file is not there', async () => {
  const open = await run('set', 'prod', 'databaseUrl=postgres://app:hunter2@db/shop');
  expect(open.stderr).toContain("so does your shell's history now");
  expect(open.stderr).not.toContain('hunter2');
  expect((await run('set', 'prod', 'databaseUrlFile=nowhere')).stderr).toContain('cannot read');
  expect((await run('show', 'prod')).code).toBe(EXIT.usage);
});

it.each([
  [['use', 'prd'], 'Did you mean prod?'],
  [['show', 'prd'], 'Did you mean prod?'],
  [['remove', 'prd', '--yes'], 'Did you mean prod?'],
  [['set', 'prod', 'redisUrll=x'], 'Did you mean redisUrl?'],
  [['set', 'prod', 'redisUrl=http://hunter2'], 'redisUrl: must be a URL that starts with redis://'],
  [['set', 'prod', 'production'], '"production" has no ='],
  [['set', 'none', 'production=true'], 'cannot be the name of a context'],
])('refuses %j and changes nothing', async (args, message) => {
  home.write({ contexts: { prod: { prefix: 'a' } } });
  const { code, stderr, stdout } = await run(...args);
  expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('hunter2');
  expect(file()).toEqual({ contexts: { prod: { prefix: 'a' } } });
});

it('asks before it forgets one', async () => {
  home.write({ current: 'prod', contexts: { prod: {} } });
  expect((await run('remove', 'prod')).code).toBe(EXIT.refused);
  const no = await runCommand(['context', 'remove', 'prod'], { env: home.env, terminal: true, input: 'n\n' });
  expect(no.stderr).toContain('forget the context prod, which is current, on this machine');
  expect(file().contexts).toEqual({ prod: {} });
});

it('says on a terminal, once, which context a command works in; never among JSON', async () => {
  home.write({ current: 'prod', contexts: { prod: { production: true } } });
  const onTerminal = (...args: string[]) =>
    runCommand(['config', 'show', ...args], { env: home.env, terminal: true });
  const { stderr } = await onTerminal('--no-color');
  expect(stderr).toBe('context prod (production)\n');
  expect((await onTerminal('--json')).stderr).toBe('');
  expect((await runCommand(['config', 'show'], { env: home.env })).stderr).toBe('');
  const shown = await runText(['config', 'show', '--origin'], { env: home.env });
  expect(shown).toMatch(/^ORDERSCTL_PRODUCTION +true +context prod$/m);
});

it('says that another one goes first in this shell', async () => {
  home.write({ contexts: { prod: {} } });
  const use = (env: Record<string, string>) =>
    runCommand(['context', 'use', 'prod'], { env: { ...home.env, ...env } });
  expect((await use({ ORDERSCTL_CONTEXT: 'staging' })).stderr).toContain('goes before it in this shell');
  expect((await use({ REDIS_URL: 'redis://h:1' })).stderr).toContain('only --context prod uses it here');
});

it('says so where there is no home', async () => {
  const { code, stderr } = await runCommand(['context', 'set', 'prod', 'prefix=a'], { env: {} });
  expect(code).toBe(EXIT.usage);
  expect(stderr).toContain('Set HOME or XDG_CONFIG_HOME');
  expect(existsSync('ordersctl')).toBe(false);
});

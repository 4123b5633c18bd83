import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/core/config/load-config.js';
import { processStartTime } from '../../../src/core/config/stack-state.js';
import { makeContextsHome, type ContextsHome } from '../../cli/contexts-home.js';

const PROD = {
  databaseUrl: 'postgres://app:hunter2@db.prod:5432/shop',
  redisUrl: 'redis://redis.prod:6379/0',
  kafkaBrokers: ['k1.prod:9092', 'k2.prod:9092'],
  production: true,
};
const STAGING = { databaseUrl: 'postgres://app@db.staging:5432/shop', readOnly: true };

let home: ContextsHome;
beforeEach(() => {
  home = makeContextsHome({ current: 'staging', contexts: { prod: PROD, staging: STAGING } });
});
afterEach(() => home.remove());

/** Loads with these variables beside those of the home. */
function load(env: Record<string, string> = {}, flags: { context?: string; readOnly?: string } = {}) {
  return loadConfig({ env: { ...home.env, ...env }, cwd: home.folder, flags });
}
function problemOf(env: Record<string, string> = {}, flags: { context?: string } = {}): string {
  try {
    load(env, flags);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  throw new Error('the configuration was usable');
}

describe('a context', () => {
  it('gives its settings and its marks when it is current', () => {
    const { config, origins } = load();
    expect(config).toMatchObject({ context: 'staging', ...STAGING, production: false });
    expect(origins).toMatchObject({ context: 'context', databaseUrl: 'context' });
  });

  it('that was asked for goes before the environment, by flag or variable', () => {
    const environment = { DATABASE_URL: 'postgres://dev@localhost:5432/dev', PORT: '1234' };
    const byFlag = load(environment, { context: 'prod' });
    expect(byFlag.config).toMatchObject({ context: 'prod', databaseUrl: PROD.databaseUrl, port: 1234 });
    expect(byFlag.origins.context).toBe('flag');
    const byVariable = load({ ...environment, ORDERSCTL_CONTEXT: 'prod' });
    expect(byVariable.config).toMatchObject({ context: 'prod', databaseUrl: PROD.databaseUrl });
    expect(byVariable.origins.context).toBe('environment');
    expect(load({ ORDERSCTL_CONTEXT: 'staging' }, { context: 'prod' }).config.context).toBe('prod');
    writeFileSync(join(home.folder, 'name'), 'prod\n');
    expect(load({ ORDERSCTL_CONTEXT_FILE: join(home.folder, 'name') }).config.context).toBe('prod');
  });

  it('that is only current is left out as soon as the environment names a store', () => {
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS', 'TEMPORAL_ADDRESS']) {
      const value = { DATABASE_URL: 'postgres://h/d', REDIS_URL: 'redis://h:1' }[name] ?? 'h:1';
      const { config } = load({ [name]: value });
      expect([name, config.context, config.readOnly]).toEqual([name, undefined, false]);
    }
    writeFileSync(join(home.folder, 'url'), 'postgres://h/d');
    expect(load({ DATABASE_URL_FILE: join(home.folder, 'url') }).config.context).toBeUndefined();
    expect(load({ PORT: '1234' }).config).toMatchObject({ context: 'staging', port: 1234 });
  });

  it('is the whole place: no store, prefix or namespace comes from anywhere else', () => {
    writeFileSync(join(home.folder, '.env'), 'REDIS_URL=redis://dotenv:1\nORDERSCTL_PREFIX=mine\n');
    writeFileSync(join(home.folder, 'ordersctl.config.json'), '{"temporalAddress":"json:1"}');
    mkdirSync(join(home.folder, '.ordersctl'));
    writeFileSync(
      join(home.folder, '.ordersctl', 'state.json'),
      JSON.stringify({
        schemaVersion: 1,
        supervisorPid: process.pid,
        supervisorStartTime: processStartTime(process.pid) ?? '',
        startedAt: '2026-01-01T00:00:00.000Z',
        services: [],
        env: { KAFKA_BROKERS: 'stack:1', ORDERSCTL_JWT_SECRET: 'the-secret-of-the-local-stack-0123456789' },
      }),
    );
    const unset = { redisUrl: 'unset', kafkaBrokers: 'unset', temporalAddress: 'unset', prefix: 'default' };
    expect(load().origins).toMatchObject({ ...unset, databaseUrl: 'context', jwtSecret: 'unset' });
    const environment = { REDIS_URL: 'redis://env:1', ORDERSCTL_PREFIX: 'env', TEMPORAL_NAMESPACE: 'env' };
    expect(load(environment, { context: 'staging' }).origins).toMatchObject({
      ...unset,
      temporalNamespace: 'default',
    });
    expect(load({}, { context: 'none' }).config).toMatchObject({
      redisUrl: 'redis://dotenv:1',
      prefix: 'mine',
      kafkaBrokers: ['stack:1'],
    });
  });

  it('keeps its marks whatever else is said, and gets those of others', () => {
    const weaker = { ORDERSCTL_PRODUCTION: 'false', ORDERSCTL_READ_ONLY: '0' };
    expect(load(weaker, { context: 'prod' }).config.production).toBe(true);
    expect(load(weaker).config.readOnly).toBe(true);
    expect(load({ ORDERSCTL_READ_ONLY: '1' }, { context: 'prod' }).config.readOnly).toBe(true);
    expect(load({}, { context: 'prod', readOnly: 'true' }).config).toMatchObject({
      production: true,
      readOnly: true,
    });
    expect(load({ ORDERSCTL_PRODUCTION: 'true', ORDERSCTL_CONTEXT: 'none' }).config.production).toBe(true);
  });

  it('is none when none is asked for, though one is current', () => {
    for (const loaded of [load({}, { context: 'none' }), load({ ORDERSCTL_CONTEXT: 'none' })]) {
      expect(loaded.config.readOnly).toBe(false);
      expect(loaded.origins).toMatchObject({ context: 'unset', databaseUrl: 'unset' });
    }
    expect(load({ ORDERSCTL_CONTEXT: 'prod' }, { context: 'none' }).config.context).toBeUndefined();
  });

  it('that does not exist is refused, with the one that was meant', () => {
    expect(problemOf({}, { context: 'prd' })).toContain('no context "prd"; Did you mean prod?');
    expect(problemOf({ ORDERSCTL_CONTEXT: 'elsewhere' })).toContain('ordersctl context list');
    home.write({ current: 'gone', contexts: {} });
    expect(problemOf()).toContain('the current context "gone" does not exist any more');
    // Every object has these.
    for (const name of ['constructor', 'toString']) expect(problemOf({}, { context: name })).toContain(name);
  });

  it('takes secrets from files, whose names are relative to the file of contexts', () => {
    writeFileSync(join(home.folder, 'ordersctl', 'url'), 'postgres://app:hunter3@db:5432/shop\n');
    home.write({ contexts: { prod: { databaseUrlFile: 'url' }, lost: { databaseUrlFile: 'nowhere' } } });
    expect(load({}, { context: 'prod' }).config.databaseUrl).toBe('postgres://app:hunter3@db:5432/shop');
    expect(problemOf({}, { context: 'lost' })).toMatch(/context lost, databaseUrlFile: cannot read .*ENOENT/);
  });

  it('with a setting that there is not, or a bad value, is refused by name and without the value', () => {
    home.write({ contexts: { bad: { databseUrl: 'postgres://h/d', context: 'prod', redisUrl: 'hunter2' } } });
    const problem = problemOf({}, { context: 'bad' });
    expect(problem).toContain('context bad: unknown setting "databseUrl". Did you mean databaseUrl?');
    expect(problem).toContain('unknown setting "context"');
    expect(problem).toContain('REDIS_URL (context)');
    expect(problem).not.toContain('hunter2');
  });

  it('may not be chosen by files of a folder, which would work unseen', () => {
    writeFileSync(join(home.folder, '.env'), 'ORDERSCTL_CONTEXT=prod\n');
    writeFileSync(join(home.folder, 'ordersctl.config.json'), '{"context":"prod"}');
    expect(problemOf()).toMatch(/\.env may not choose a context[^]*ordersctl\.config\.json may not choose/);
  });

  it('may not be called none, nor anything that a shell would have to quote', () => {
    for (const name of ['none', 'a b', '-x', 'ä', '', '../x'])
      expect([name, problemFor({ contexts: { [name]: {} } })]).toEqual([
        name,
        expect.stringContaining('Invalid key'),
      ]);
    function problemFor(contents: unknown) {
      home.write(contents);
      return problemOf({}, { context: 'prod' });
    }
  });
});

describe('the file of contexts', () => {
  it('that is broken is told of, without quoting it', () => {
    home.write('{"contexts": {"prod": {"databaseUrl": "postgres://app:hunter2@db/x" oops');
    expect(problemOf()).toMatch(/contexts\.json cannot be used: it is not JSON/);
    expect(problemOf()).not.toContain('hunter2');
    home.write({ contexts: { prod: { databaseUrl: { nested: 'hunter2' } } } });
    expect(problemOf()).toContain('contexts.json cannot be used');
    expect(problemOf()).not.toContain('hunter2');
    home.write({ context: {} });
    expect(problemOf()).toContain('context');
  });

  it('that is broken keeps no role from starting which does not use it', () => {
    home.write('nonsense');
    expect(load({ DATABASE_URL: 'postgres://h/d' }).config.databaseUrl).toBe('postgres://h/d');
    expect(load({ ORDERSCTL_CONTEXT: 'none' }).config.context).toBeUndefined();
  });

  it('need not be there, nor a home', () => {
    expect(loadConfig({ env: {}, cwd: home.folder }).config.context).toBeUndefined();
    expect(loadConfig({ env: { HOME: '/nonexistent' }, cwd: home.folder }).config.context).toBeUndefined();
  });

  it('is below ~/.config where XDG_CONFIG_HOME is not set', () => {
    mkdirSync(join(home.folder, '.config', 'ordersctl'), { recursive: true });
    writeFileSync(
      join(home.folder, '.config', 'ordersctl', 'contexts.json'),
      JSON.stringify({ current: 'prod', contexts: { prod: PROD } }),
    );
    const { config } = loadConfig({ env: { HOME: home.folder }, cwd: home.folder });
    expect(config.context).toBe('prod');
  });

  it('is warned of when others may read the secrets in it', () => {
    expect(load({}, { context: 'prod' }).warnings).toEqual([]);
    const contents = { current: 'staging', contexts: { prod: PROD, staging: STAGING } };
    home.write(contents, 0o644);
    expect(load({}, { context: 'prod' }).warnings).toEqual([
      expect.stringMatching(/chmod 600 .*contexts\.json$/),
    ]);
    // Nothing of this one is secret.
    expect(load().warnings).toEqual([]);
  });
});

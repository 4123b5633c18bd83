import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { examineConfig } from '../../../src/core/config/load-config.js';
import { judgeIdentity } from '../../../src/core/doctor/config/identity.js';
import { judgeProduction } from '../../../src/core/doctor/config/production.js';
import { judgeSecretFiles } from '../../../src/core/doctor/config/secret-files.js';
import { judgeSettings } from '../../../src/core/doctor/config/settings.js';
import { judgeUnknown } from '../../../src/core/doctor/config/unknown-settings.js';
import { judgeCallbacks } from '../../../src/core/doctor/payments/callbacks.js';
import { judgeGateway } from '../../../src/core/doctor/payments/gateway.js';
import { judgeNode } from '../../../src/core/doctor/versions/node.js';

const examine = (env: Record<string, string>) => examineConfig({ env, cwd: '/nonexistent' });
const SECRET = 'a-secret-of-thirty-two-characters-at-least';

describe('what doctor says of the configuration', () => {
  it('tells every setting that cannot be used, and goes on with the others', () => {
    const examined = examine({ REDIS_URL: 'http://x', PORT: 'eighty', DATABASE_URL: 'postgres://db/shop' });
    const verdict = judgeSettings(examined);
    expect(verdict.status).toBe('failed');
    expect(verdict.message).toContain('REDIS_URL (environment)');
    expect(verdict.message).toContain('PORT (environment)');
    expect(examined.broken).toEqual(new Set(['redisUrl', 'port']));
    expect(examined.config).toMatchObject({ databaseUrl: 'postgres://db/shop', port: 8_080 });
    expect(examined.config.redisUrl).toBeUndefined();
  });

  it('counts the settings that are given', () => {
    expect(judgeSettings(examine({ PORT: '80' }))).toMatchObject({
      status: 'ok',
      message: expect.stringMatching(/^1 of \d+ /) as string,
    });
  });

  it('suggests the setting that a misspelt name meant, and none where nothing is near', () => {
    const { warnings } = examine({ ORDERSCTL_PREFX: 'x', ORDERSCTL_ENTIRELY_MADE_UP: 'y' });
    const verdict = judgeUnknown(warnings);
    expect(verdict).toMatchObject({ status: 'warning', remedy: 'ordersctl help environment' });
    expect(verdict.message).toBe(
      'unknown setting ORDERSCTL_PREFX. Did you mean ORDERSCTL_PREFIX?; unknown setting ORDERSCTL_ENTIRELY_MADE_UP',
    );
    expect(judgeUnknown([]).status).toBe('ok');
  });

  it('judges files of secrets: missing, readable by everybody, well', () => {
    const file = { name: 'REDIS_URL_FILE', path: '/run/secrets/redis' };
    expect(judgeSecretFiles([{ ...file, mode: null }])).toMatchObject({
      status: 'failed',
      message: 'REDIS_URL_FILE: cannot read /run/secrets/redis',
    });
    expect(judgeSecretFiles([{ ...file, mode: 0o100_644 }])).toMatchObject({
      status: 'warning',
      remedy: 'chmod o-r /run/secrets/redis',
    });
    expect(judgeSecretFiles([{ ...file, mode: 0o100_640 }]).message).toBe('1 file readable');
    expect(judgeSecretFiles([]).status).toBe('ok');
  });

  it('wants TLS to servers elsewhere in production, and nowhere else', () => {
    const marks = { context: 'shop', readOnly: false };
    const plain = { redisUrl: 'redis://redis:6379', databaseUrl: 'postgres://db/shop' };
    expect(judgeProduction({ ...marks, ...plain, production: false }).status).toBe('ok');
    expect(judgeProduction({ ...marks, ...plain, production: true })).toMatchObject({
      status: 'warning',
      message: 'context shop, production: Redis and PostgreSQL without TLS (rediss://, sslmode=verify-full)',
    });
    const safe = { redisUrl: 'rediss://redis:6379', databaseUrl: 'postgres://db/shop?sslmode=verify-full' };
    expect(judgeProduction({ ...marks, ...safe, production: true }).status).toBe('ok');
    const local = { redisUrl: 'redis://127.0.0.1:6379', databaseUrl: 'postgres://localhost/shop' };
    expect(judgeProduction({ ...marks, ...local, production: true }).status).toBe('ok');
  });

  it.each([
    ['nothing', {}, 'warning'],
    ['a secret', { ORDERSCTL_JWT_SECRET: SECRET }, 'ok'],
    ['a header', { ORDERSCTL_AUTH: 'header' }, 'ok'],
    ['two ways', { ORDERSCTL_JWT_SECRET: SECRET, ORDERSCTL_AUTH: 'header' }, 'failed'],
    ['keys without an audience', { ORDERSCTL_JWKS_URL: 'https://id.example/keys' }, 'warning'],
    [
      'keys and an audience',
      { ORDERSCTL_JWKS_URL: 'https://id.example/keys', ORDERSCTL_JWT_AUDIENCE: 'shop' },
      'ok',
    ],
  ])('judges %s as the way to know callers', (_what, env, status) => {
    expect(judgeIdentity(examine(env).config).status).toBe(status);
  });

  it('lets simulated payments pass as a warning, and never in production', () => {
    const settings = { paymentUrl: undefined, paymentSecret: undefined };
    const judge = (payments: 'simulated' | 'webhook' | undefined, production: boolean) =>
      judgeGateway({ ...settings, payments, production });
    expect(judge('simulated', false).status).toBe('warning');
    expect(judge('simulated', true)).toMatchObject({
      status: 'failed',
      message: 'simulated: no money is taken, in production',
    });
    expect(judge(undefined, true).status).toBe('warning');
    expect(judge('webhook', true)).toMatchObject({
      status: 'failed',
      message: 'webhook, without ORDERSCTL_PAYMENT_URL and ORDERSCTL_PAYMENT_SECRET',
    });
    const whole = { paymentUrl: 'https://pay.example', paymentSecret: SECRET };
    expect(judgeGateway({ ...whole, payments: 'webhook', production: true }).status).toBe('ok');
    expect(judgeCallbacks({ payments: 'webhook', paymentSecret: undefined }).status).toBe('failed');
    expect(judgeCallbacks({ payments: 'simulated', paymentSecret: undefined }).status).toBe('ok');
    expect(judgeCallbacks({ payments: 'webhook', paymentSecret: SECRET }).status).toBe('ok');
  });

  it('refuses a Node that is too old', () => {
    expect(judgeNode('20.18.3').status).toBe('failed');
    expect(judgeNode('20.19.0').status).toBe('ok');
    expect(judgeNode('24.1.0').status).toBe('ok');
  });
});

describe('a file that a setting names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-doctor-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is looked at under its own name', async () => {
    const { secretFiles } = await import('../../../src/core/doctor/config/secret-files.js');
    const { createSources } = await import('../../../src/core/doctor/check.js');
    const path = join(folder, 'redis');
    writeFileSync(path, 'redis://127.0.0.1:1');
    chmodSync(path, 0o604);
    const unused = () => Promise.reject(new Error('no store is asked'));
    const stores = { postgres: unused, redis: unused, cluster: unused, temporal: unused };
    const env = { REDIS_URL_FILE: path, DATABASE_URL_FILE: join(folder, 'nothing') };
    const sources = createSources({ examined: examine(env), env, stores });
    expect(await secretFiles.look(sources)).toMatchObject({
      status: 'failed',
      message: `DATABASE_URL_FILE: cannot read ${join(folder, 'nothing')}`,
    });
  });
});

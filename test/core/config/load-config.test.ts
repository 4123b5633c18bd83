import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/core/config/load-config.js';
import { requireSettings } from '../../../src/core/config/require-settings.js';
import { configSchema, SETTINGS } from '../../../src/core/config/schema.js';
import { processStartTime } from '../../../src/core/config/stack-state.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'ordersctl-config-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function writeStack(supervisorStartTime: string): void {
  mkdirSync(join(cwd, '.ordersctl'));
  writeFileSync(
    join(cwd, '.ordersctl', 'state.json'),
    JSON.stringify({
      schemaVersion: 1,
      supervisorPid: process.pid,
      supervisorStartTime,
      startedAt: '2026-01-01T00:00:00.000Z',
      services: [],
      env: {
        REDIS_URL: 'redis://stack:1/0',
        ORDERSCTL_JWT_SECRET: 'the-secret-of-the-local-stack-0123456789',
      },
    }),
  );
}

describe('loadConfig', () => {
  it('has a setting description for every key of the schema', () => {
    expect(Object.keys(SETTINGS).sort()).toEqual(Object.keys(configSchema.shape).sort());
  });

  it('takes flag before environment before file before .env before config file before stack before default', () => {
    writeStack(processStartTime(process.pid) ?? '');
    const origins = () => loadConfig({ env, cwd, flags }).origins.redisUrl;
    const env: Record<string, string> = {};
    const flags: { redisUrl?: string } = {};
    expect(origins()).toBe('local stack');
    writeFileSync(join(cwd, 'ordersctl.config.json'), '{"redisUrl":"redis://json:1/0"}');
    expect(origins()).toBe('ordersctl.config.json');
    writeFileSync(join(cwd, '.env'), 'REDIS_URL=redis://dotenv:1/0\n');
    expect(origins()).toBe('.env');
    writeFileSync(join(cwd, 'secret'), 'redis://secret:1/0\n');
    env['REDIS_URL_FILE'] = join(cwd, 'secret');
    expect(origins()).toBe('file named by environment');
    env['REDIS_URL'] = 'redis://env:1/0';
    expect(origins()).toBe('environment');
    flags.redisUrl = 'redis://flag:1/0';
    expect(origins()).toBe('flag');
    expect(loadConfig({ env, cwd, flags }).config.redisUrl).toBe('redis://flag:1/0');
  });

  it("leaves the local stack's secret out once something else says how callers are known", () => {
    writeStack(processStartTime(process.pid) ?? '');
    const secretWith = (env: Record<string, string>) => loadConfig({ env, cwd }).config.jwtSecret;
    expect(secretWith({})).toMatch(/^the-secret/);
    expect(secretWith({ ORDERSCTL_JWKS_URL: 'https://id.example/keys' })).toBeUndefined();
    expect(secretWith({ ORDERSCTL_AUTH: 'header' })).toBeUndefined();
    const own = 'a secret of my own with more than 32 characters';
    expect(secretWith({ ORDERSCTL_AUTH: 'header', ORDERSCTL_JWT_SECRET: own })).toBe(own);
  });

  it('ignores the state of a stack whose supervisor is gone', () => {
    writeStack('1');
    expect(loadConfig({ env: {}, cwd }).config.redisUrl).toBeUndefined();
  });

  it('ignores .env in production', () => {
    writeFileSync(join(cwd, '.env'), 'PORT=1234\n');
    expect(loadConfig({ env: { NODE_ENV: 'production' }, cwd }).config.port).toBe(8080);
    expect(loadConfig({ env: {}, cwd }).config.port).toBe(1234);
  });

  it('reports every problem at once, with the name and the origin of each', () => {
    const env = {
      PORT: 'eighty',
      DATABASE_URL: 'mysql://x/y',
      ORDERSCTL_PAYMENT_DEADLINE: '15 minutes',
      ORDERSCTL_JWT_SECRET_FILE: '/nowhere',
    };
    expect(() => loadConfig({ env, cwd })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(
          /JWT_SECRET_FILE[^]*DATABASE_URL \(environment\)[^]*PORT[^]*PAYMENT_DEADLINE/,
        ) as string,
      }) as Error,
    );
  });

  it('never shows the value of a bad secret', () => {
    const attempt = () => loadConfig({ env: { ORDERSCTL_JWT_SECRET: 'hunter2' }, cwd });
    expect(attempt).toThrow(/at least 32/);
    expect(attempt).not.toThrow(/hunter2/);
  });

  it('turns durations into milliseconds and lists into arrays', () => {
    const { config } = loadConfig({
      env: { ORDERSCTL_PAYMENT_DEADLINE: '90s', KAFKA_BROKERS: 'a:1, b:2' },
      cwd,
    });
    expect(config.paymentDeadline).toBe(90_000);
    expect(config.kafkaBrokers).toEqual(['a:1', 'b:2']);
    expect(config.drainDeadline).toBe(25_000);
  });

  it('warns of an ORDERSCTL_ name that it does not know', () => {
    expect(loadConfig({ env: { ORDERSCTL_PAYMENTZ: 'x' }, cwd }).warnings).toHaveLength(1);
  });
});

describe('requireSettings', () => {
  it('names all missing settings at once', () => {
    const { config } = loadConfig({ env: {}, cwd });
    expect(() => requireSettings(config, ['databaseUrl', 'payments'])).toThrow(
      /DATABASE_URL[^]*ORDERSCTL_PAYMENTS/,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { listSettings, maskSecret } from '../../src/cli/list-settings.js';
import { configSchema, type ConfigKey } from '../../src/core/config/schema.js';

describe('listSettings', () => {
  it('writes every duration the way it is set', () => {
    const keys = Object.keys(configSchema.shape) as ConfigKey[];
    const durations = keys.filter((key) => {
      const parsed = configSchema.safeParse({ [key]: '7m' });
      return parsed.success && parsed.data[key] === 420_000;
    });
    expect(durations.length).toBeGreaterThan(3);
    const config = configSchema.parse(Object.fromEntries(durations.map((key) => [key, '7m'])));
    const shown = listSettings(config).filter((setting) => durations.includes(setting.setting));
    expect(shown.map((setting) => setting.text)).toEqual(durations.map(() => '7m00s'));
  });

  it('shows no secret', () => {
    const config = configSchema.parse({
      databaseUrl: 'postgres://app:hunter2@db:5432/orders?sslpassword=hunter2',
      jwtSecret: 'hunter2hunter2hunter2hunter2hunter2',
    });
    expect(JSON.stringify(listSettings(config))).not.toContain('hunter2');
  });
});

describe('maskSecret', () => {
  it.each([
    ['postgres://app:hunter2@db:5432/orders', 'postgres://app:********@db:5432/orders'],
    ['redis://127.0.0.1:6379/0', 'redis://127.0.0.1:6379/0'],
    ['redis://:hunter2@cache:6379', 'redis://:********@cache:6379'],
    ['postgres://db/orders?password=hunter2', 'postgres://db/orders?********'],
    ['plain-secret', '********'],
    ['secret:with-colon', '********'],
  ])('shows %s as %s', (secret, shown) => {
    expect(maskSecret(secret)).toBe(shown);
  });
});

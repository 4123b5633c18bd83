import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../run-command.js';

const env = { DATABASE_URL: 'postgres://app:hunter2@db:5432/orders', PORT: '8081' };

describe('config show', () => {
  it('shows each value with its origin, and no secret', async () => {
    const { stdout } = await runCommand(['config', 'show', '--origin'], { env });
    expect(stdout).toMatch(/^PORT +8081 +environment$/m);
    expect(stdout).toMatch(/^LOG_LEVEL +info +default$/m);
    expect(stdout).toMatch(/^REDIS_URL +- +unset$/m);
    expect(stdout).not.toContain('hunter2');
  });

  it('gives scripts name, variable, value and origin', async () => {
    const rows = await runJson<{ setting: string }[]>(['config', 'show'], { env });
    expect(rows.find((row) => row.setting === 'port')).toEqual({
      setting: 'port',
      env: 'PORT',
      value: 8081,
      origin: 'environment',
    });
    expect(rows.find((row) => row.setting === 'redisUrl')).toMatchObject({ value: null, origin: 'unset' });
    expect(rows.find((row) => row.setting === 'paymentDeadline')).toMatchObject({ value: 900_000 });
  });
});

import { jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { runCommand, runJson } from '../run-command.js';

const secret = 'a-secret-for-this-test-0123456789ab';
const env = { ORDERSCTL_JWT_SECRET: secret };
const key = new TextEncoder().encode(secret);

describe('token', () => {
  it('prints nothing but a token that the API would take', async () => {
    const result = await runCommand(['token', '--user', 'u1'], {
      env: { ...env, ORDERSCTL_JWT_ISSUER: 'shop', ORDERSCTL_JWT_AUDIENCE: 'orders' },
    });
    expect(result.code).toBe(EXIT.ok);
    const { payload } = await jwtVerify(result.stdout.trim(), key, { issuer: 'shop', audience: 'orders' });
    expect(payload.sub).toBe('u1');
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeGreaterThan(3_590);
  });

  it('ends when --ttl says', async () => {
    const { token, expiresAt, userId } = await runJson<{ token: string; expiresAt: string; userId: string }>(
      ['token', '--user', 'u1', '--ttl', '90s'],
      { env },
    );
    const { payload } = await jwtVerify(token, key);
    expect(userId).toBe('u1');
    expect(new Date(expiresAt).getTime()).toBe((payload.exp ?? 0) * 1_000);
    expect(Math.abs((payload.exp ?? 0) - Date.now() / 1_000 - 90)).toBeLessThan(5);
  });

  it('needs a secret: there is no default one', async () => {
    const result = await runCommand(['token', '--user', 'u1']);
    expect(result.code).toBe(EXIT.usage);
    expect(result.stderr).toContain('ORDERSCTL_JWT_SECRET');
  });

  it.each([
    ['--user', 'x'.repeat(129)],
    ['--user', ''],
    ['--ttl', '31d'],
    ['--ttl', '0s'],
  ])('refuses %s %s', async (flag, value) => {
    const args = flag === '--user' ? [flag, value] : ['--user', 'u1', flag, value];
    expect((await runCommand(['token', ...args], { env })).code).toBe(EXIT.usage);
  });
});

import { describe, expect, it } from 'vitest';
import { localEnvironment } from '../../src/core/config/local-environment.js';
import { loadConfig } from '../../src/core/config/load-config.js';
import { EXIT } from '../../src/core/errors.js';
import { createGateway } from '../../src/worker/payments/create-gateway.js';
import { createSilentLog } from '../../src/core/log.js';
import { makeContextsHome } from './contexts-home.js';
import { runCommand } from './run-command.js';

const LOCAL = [['demo'], ['dev', 'up'], ['dev', 'reset'], ['bench', 'accept'], ['bench', 'pipeline']];
const PROD = { databaseUrl: 'postgres://app@db.prod/shop', production: true, payments: 'simulated' };

describe('dev, demo and bench', () => {
  it.each(LOCAL)('refuse a context that is asked for: %s %s', async (...args) => {
    const words = args.filter((word) => word !== undefined);
    const { code, stderr } = await runCommand([...words, '--context', 'prod']);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain(`${words.join(' ')} works on servers of this machine and uses no context`);
  });

  it.each(LOCAL)('start and delete nothing under --read-only: %s %s', async (...args) => {
    const { code } = await runCommand(['--read-only', ...args.filter((word) => word !== undefined)]);
    expect(code).toBe(EXIT.refused);
  });

  it('may still be looked at', async () => {
    expect((await runCommand(['--read-only', 'dev', 'status'])).code).toBe(EXIT.problem);
    expect((await runCommand(['--context', 'none', 'dev', 'status'])).code).toBe(EXIT.problem);
  });

  it('give their processes neither context nor marks', () => {
    const home = makeContextsHome({ current: 'prod', contexts: { prod: PROD } });
    const marks = { ORDERSCTL_CONTEXT: 'prod', ORDERSCTL_PRODUCTION: 'true', ORDERSCTL_READ_ONLY_FILE: '/x' };
    const env = localEnvironment({ ...home.env, ...marks, PATH: '/bin' });
    expect(env).toMatchObject({ PATH: '/bin', ORDERSCTL_CONTEXT: 'none' });
    const { config, origins } = loadConfig({ env, cwd: home.folder });
    expect(config).toMatchObject({ production: false, readOnly: false });
    expect(origins).toMatchObject({ context: 'unset', databaseUrl: 'unset' });
    home.remove();
  });
});

describe('a role', () => {
  it('does not start in a read-only place, nor in a production context that is merely current', async () => {
    const home = makeContextsHome({ current: 'prod', contexts: { prod: PROD, look: { readOnly: true } } });
    for (const role of ['serve', 'consume', 'worker']) {
      const current = await runCommand([role], { env: home.env });
      expect(current.code).toBe(EXIT.refused);
      expect(current.stderr).toContain('--context prod');
      const readOnly = await runCommand([role, '--context', 'look'], { env: home.env });
      expect(readOnly.code).toBe(EXIT.refused);
      expect(readOnly.stderr).toContain('context look is read-only');
    }
    home.remove();
  });

  it('takes no simulated payments in production', () => {
    const env = { ORDERSCTL_PAYMENTS: 'simulated', ORDERSCTL_PRODUCTION: 'true' };
    const { config } = loadConfig({ env, cwd: '/nonexistent' });
    expect(() => createGateway(config, createSilentLog())).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', exitCode: EXIT.usage }) as Error,
    );
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Config } from '../../src/core/config/schema.js';
import { createLifecycle, type Lifecycle } from '../../src/core/lifecycle.js';
import { startServer } from '../../src/server/start-server.js';
import { withUnmigratedDatabase } from '../support/database.js';
import { createSpace, type Space } from '../support/space.js';

describe('startServer', () => {
  let space: Space;
  let lifecycle: Lifecycle;
  beforeAll(async () => {
    space = await createSpace('start');
  });
  afterEach(() => lifecycle.end());
  afterAll(() => space.close());

  const start = (config: Config) => {
    lifecycle = createLifecycle({ log: space.log, deadlineMs: 10_000 });
    return startServer({ config, log: space.log, lifecycle });
  };

  it('says what to do when its port is taken, and leaves nothing open', async () => {
    const first = await start(space.config());
    const holder = lifecycle;
    await expect(start(space.config({ port: String(first.apiPort) }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('PORT') as string,
    });
    await lifecycle.end();
    await holder.end();
  });

  it('does not start without a secret when tokens are to be verified, and starts without one behind a gateway', async () => {
    const { jwtSecret: _, ...rest } = space.config();
    await expect(start(rest)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      hint: expect.stringContaining('ORDERSCTL_JWT_SECRET') as string,
    });
    const gateway = await start({ ...rest, auth: 'header' });
    const ask = (headers: Record<string, string>) =>
      fetch(`http://127.0.0.1:${gateway.apiPort}/orders`, { headers }).then((response) => response.status);
    expect(await ask({ 'x-user-id': 'ada' })).toBe(200);
    expect(await ask({})).toBe(401);
    expect(await ask({ 'x-user-id': 'u'.repeat(300) })).toBe(401);
  });

  it('does not start on a database that was not migrated', async () => {
    await withUnmigratedDatabase(inject('stack'), 'start', async (databaseUrl) => {
      await expect(start(space.config({ databaseUrl }))).rejects.toMatchObject({
        code: 'SCHEMA_MISSING',
        hint: expect.stringContaining('ordersctl migrate') as string,
      });
      await lifecycle.end();
    });
  });

  it.each([
    ['Postgres', { databaseUrl: 'postgres://nobody@127.0.0.1:1/none' }],
    ['Redis', { redisUrl: 'redis://127.0.0.1:1' }],
  ])('says that %s is unreachable instead of hanging', async (_store, overrides) => {
    await expect(start(space.config(overrides))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('starts and takes orders without Kafka', async () => {
    const running = await start(space.config({ kafkaBrokers: '127.0.0.1:1' }));
    const ready = await fetch(`http://127.0.0.1:${running.adminPort}/readyz`);
    expect(ready.status).toBe(200);
  });
});

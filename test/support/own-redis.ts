/** A Redis of the test's own, to be killed, emptied and started on older data while the shared one goes on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSilentLog } from '../../src/core/log.js';
import { createRedis } from '../../src/core/redis/create-redis.js';
import { createMachine } from '../../src/dev/machine.js';
import { choosePorts } from '../../src/dev/ports.js';
import { startService, type ServiceProcess } from '../../src/dev/service-process.js';
import { redis as service } from '../../src/dev/services/redis.js';
import { own } from './owned.js';
import type { Space } from './space.js';
import { waitFor } from './wait-for.js';

export interface OwnRedis {
  readonly url: string;
  /** Keeps what it holds now: the next start begins with that, and without a copy with nothing. */
  saveCopy(): Promise<void>;
  /** SIGKILL: whatever came after the copy is lost. Resolves when it is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const program = await service.findNative(createMachine(process.env));
  if ('missing' in program) throw new Error(program.missing);
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-test-redis-'));
  const ports = await choosePorts('auto');
  const site = { dataFolder: join(folder, 'data'), ports, ephemeral: true };
  const url = `redis://127.0.0.1:${ports.redis}`;
  let running: ServiceProcess | undefined;

  const server: OwnRedis = {
    url,
    async saveCopy() {
      const client = createRedis(
        { url, purpose: 'operator', applicationName: 'ordersctl-test' },
        createSilentLog(),
      );
      try {
        await client.save();
      } finally {
        client.disconnect();
      }
    },
    async kill() {
      await running?.stop(true);
    },
    async start() {
      running = startService(program.launch(site), {
        logFile: join(folder, 'log'),
        env: process.env,
        setpriv: true,
      });
      await waitFor(() => service.probe(url).then(() => true), { what: 'the own Redis to answer' });
    },
    async close() {
      disown();
      await running?.stop(true);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const disown = own('a redis', () => server.close());
  await program.prepare(site);
  await server.start();
  return server;
}

/** The same space on another Redis. `close` gives back the space; the Redis is its owner's. */
export function onRedis(space: Space, url: string): Space {
  const redis = createRedis(
    { url, purpose: 'operator', prefix: space.prefix, applicationName: 'ordersctl-test' },
    space.log,
  );
  const disown = own(`client of ${url}`, () => redis.disconnect());
  return {
    ...space,
    redis,
    environment: { ...space.environment, REDIS_URL: url },
    config: (overrides = {}) => space.config({ redisUrl: url, ...overrides }),
    async close() {
      disown();
      redis.disconnect();
      await space.close();
    },
  };
}

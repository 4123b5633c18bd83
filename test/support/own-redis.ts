/** A Redis of the test's own, to be killed, emptied and started on older data while the shared one goes on. */
import { createSilentLog } from '../../src/core/log.js';
import { createRedis } from '../../src/core/redis/create-redis.js';
import { redis as service } from '../../src/dev/services/redis.js';
import { own } from './owned.js';
import { startOwnServer, type OwnServer } from './own-server.js';
import type { Space } from './space.js';

export interface OwnRedis extends Pick<OwnServer, 'start' | 'close'> {
  readonly url: string;
  /** Keeps what it holds now: the next start begins with that, and without a copy with nothing. */
  saveCopy(): Promise<void>;
  /** SIGKILL: whatever came after the copy is lost. Resolves when it is gone. */
  kill(): Promise<void>;
}

export async function startOwnRedis(): Promise<OwnRedis> {
  const server = await startOwnServer(service);
  return {
    ...server,
    url: server.address,
    async saveCopy() {
      const client = createRedis(
        { url: server.address, purpose: 'operator', applicationName: 'ordersctl-test' },
        createSilentLog(),
      );
      try {
        await client.save();
      } finally {
        client.disconnect();
      }
    },
    kill: () => server.stop(true),
  };
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

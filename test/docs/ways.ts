/** Ways to the shared stores that can be cut off for one space alone: the servers go on for everybody else. */
import type { ConfigKey } from '../../src/core/config/schema.js';
import type { Space } from '../support/space.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

/** Kafka is not among them: its brokers name their own addresses. */
export interface Ways {
  readonly postgres: TcpProxy;
  readonly redis: TcpProxy;
  readonly temporal: TcpProxy;
  /** For roles in this process, and for commands. */
  readonly settings: Readonly<Partial<Record<ConfigKey, string>>>;
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function createWays(space: Space): Promise<Ways> {
  const { databaseUrl, redisUrl, temporalAddress } = space.config();
  const [postgres, redis, temporal] = await Promise.all([
    proxyOf(databaseUrl),
    proxyOf(redisUrl),
    proxyOf(`tcp://${temporalAddress}`),
  ]);
  const settings = {
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    temporalAddress: new URL(temporal.url).host,
  };
  return {
    postgres: postgres.proxy,
    redis: redis.proxy,
    temporal: temporal.proxy,
    settings,
    environment: {
      DATABASE_URL: settings.databaseUrl,
      REDIS_URL: settings.redisUrl,
      TEMPORAL_ADDRESS: settings.temporalAddress,
    },
    async close() {
      await Promise.all([postgres, redis, temporal].map(({ proxy }) => proxy.close()));
    },
  };
}

async function proxyOf(address: string): Promise<{ proxy: TcpProxy; url: string }> {
  const url = new URL(address);
  const proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  return { proxy, url: url.href };
}

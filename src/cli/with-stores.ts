/** Lends a command its connections: each opened when first asked for, all given back whatever happens. */
import type { Config } from '../core/config/schema.js';
import { requireSettings } from '../core/config/require-settings.js';
import type { ClusterReader } from '../core/kafka/cluster-reader.js';
import type { QueueReader } from '../core/kafka/find-queued.js';
import type { Publisher } from '../core/kafka/port.js';
import { createLifecycle } from '../core/lifecycle.js';
import { createLog, type Log } from '../core/log.js';
import type { Pool } from '../core/postgres/create-pool.js';
import type { OrdersRedis } from '../core/redis/create-redis.js';
import type { TemporalClient } from '../core/temporal/create-temporal-client.js';
import type { CliContext } from './context.js';

export interface Stores {
  /** For the clients: silent, or on stderr with --debug. */
  readonly log: Log;
  /** Connects with the first statement. @throws AppError CONFIG_INVALID without DATABASE_URL */
  readonly postgres: () => Promise<Pool>;
  /** @throws AppError CONFIG_INVALID without REDIS_URL */
  readonly redis: () => Promise<OrdersRedis>;
  /** Resolves once connected. @throws AppError CONFIG_INVALID without TEMPORAL_ADDRESS, UNAVAILABLE */
  readonly temporal: () => Promise<TemporalClient['client']>;
  /** Connects with the first batch. @throws AppError CONFIG_INVALID without KAFKA_BROKERS */
  readonly publisher: () => Promise<Publisher>;
  /** Connects with the first question. @throws AppError CONFIG_INVALID without KAFKA_BROKERS */
  readonly queue: () => Promise<QueueReader>;
  /** Connects with the first question. @throws AppError CONFIG_INVALID without KAFKA_BROKERS */
  readonly cluster: () => Promise<ClusterReader>;
}

export interface StoreOptions {
  /** Longest statement in Postgres; the pool's own limit when left out. */
  readonly statementTimeoutMs?: number;
}

const RELEASE_DEADLINE_MS = 5_000;
const CONNECTIONS = 4;

/** Client modules are loaded here, on first use: all of them together would cost every command most of a second. */
export async function withStores<T>(
  context: CliContext,
  config: Config,
  work: (stores: Stores) => Promise<T>,
  options: StoreOptions = {},
): Promise<T> {
  const log = createLog({ level: context.flags.debug ? 'debug' : 'silent', name: 'cli', stream: 2 });
  const lifecycle = createLifecycle({ log, deadlineMs: RELEASE_DEADLINE_MS });
  const stores: Stores = {
    log,
    postgres: once(async () => {
      const { databaseUrl } = requireSettings(config, ['databaseUrl']);
      const { createPool } = await import('../core/postgres/create-pool.js');
      const pool = createPool(
        { url: databaseUrl, applicationName: 'ordersctl-cli', max: CONNECTIONS, ...options },
        log,
      );
      lifecycle.own('postgres', () => pool.end());
      return pool;
    }),
    redis: once(async () => {
      const { redisUrl } = requireSettings(config, ['redisUrl']);
      const { closeRedis, createRedis } = await import('../core/redis/create-redis.js');
      const redis = createRedis(
        { url: redisUrl, purpose: 'operator', prefix: config.prefix, applicationName: 'ordersctl-cli' },
        log,
      );
      lifecycle.own('redis', () => closeRedis(redis));
      return redis;
    }),
    temporal: once(async () => {
      const { createTemporalClient } = await import('../core/temporal/create-temporal-client.js');
      const temporal = await createTemporalClient(config);
      lifecycle.own('temporal', () => temporal.close());
      return temporal.client;
    }),
    publisher: once(async () => {
      const { createPublisher } = await import('../core/kafka/create-publisher.js');
      const publisher = createPublisher(config, log);
      lifecycle.own('kafka publisher', () => publisher.close());
      return publisher;
    }),
    queue: once(async () => {
      requireSettings(config, ['kafkaBrokers']);
      const { createQueueReader } = await import('../core/kafka/find-queued.js');
      const queue = createQueueReader(config, log);
      lifecycle.own('kafka queue reader', () => queue.close());
      return queue;
    }),
    cluster: once(async () => {
      const { createClusterReader } = await import('../core/kafka/cluster-reader.js');
      const cluster = createClusterReader(config, log);
      lifecycle.own('kafka admin', () => cluster.close());
      return cluster;
    }),
  };
  try {
    return await work(stores);
  } finally {
    await lifecycle.end();
  }
}

/** What could not be opened is tried again by who asks again: a watching command outlives an outage. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

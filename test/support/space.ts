/** A space of one's own on the shared servers: a migrated database and a prefix that nobody else uses. */
import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { loadConfig } from '../../src/core/config/load-config.js';
import { SETTINGS, type ConfigKey } from '../../src/core/config/schema.js';
import { requireSettings, type ConfigWith } from '../../src/core/config/require-settings.js';
import { ensureTopics } from '../../src/core/kafka/kafka-admin.js';
import { createSilentLog, type Log } from '../../src/core/log.js';
import { createPool, type Pool } from '../../src/core/postgres/create-pool.js';
import { createRedis, type OrdersRedis } from '../../src/core/redis/create-redis.js';
import { createDatabaseFromTemplate, databaseUrlOf, dropDatabase } from './database.js';
import { own } from './owned.js';
import './provided.js';

/** Few partitions: enough to see ordering, cheap to create. */
const PARTITIONS = '3';
const LEAKED_CONNECTION_WAIT_MS = 5_000;
export const TEST_JWT_SECRET = 'a-secret-that-only-tests-know-0123456789';

type StoreSettings =
  | 'databaseUrl'
  | 'redisUrl'
  | 'kafkaBrokers'
  | 'temporalAddress'
  | 'jwtSecret'
  | 'payments';

export interface Space {
  /** ORDERSCTL_PREFIX of everything here. */
  readonly prefix: string;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly pool: Pool;
  /** A client as operators' commands use it. */
  readonly redis: OrdersRedis;
  /** A complete configuration on this space; overrides are written as they would be in the environment. */
  config(overrides?: Readonly<Partial<Record<ConfigKey, string>>>): ConfigWith<StoreSettings>;
  /** The same as environment variables, for processes. */
  readonly environment: Readonly<Record<string, string>>;
  /** Creates the prefixed topics. */
  topics(): Promise<void>;
  /** Ends the clients, drops the database and the keys. @throws when somebody still holds a connection to it */
  close(): Promise<void>;
}

/** @param name lower-case letters, digits and hyphens; shows in the names of everything created */
export async function createSpace(name: string): Promise<Space> {
  const stack = inject('stack');
  const log = createSilentLog();
  const prefix = `t-${stack.runId}-${name.slice(0, 20)}-${randomBytes(2).toString('hex')}`;
  const database = prefix.replaceAll('-', '_');
  await createDatabaseFromTemplate(stack, database);
  const databaseUrl = databaseUrlOf(stack, database);
  const values: Partial<Record<ConfigKey, string>> = {
    databaseUrl,
    redisUrl: stack.redisUrl,
    kafkaBrokers: stack.kafkaBrokers,
    temporalAddress: stack.temporalAddress,
    prefix,
    jwtSecret: TEST_JWT_SECRET,
    payments: 'simulated',
    kafkaPartitions: PARTITIONS,
    host: '127.0.0.1',
    port: '0',
    adminPort: '0',
    logLevel: 'warn',
    actor: 'test',
  };
  const pool = createPool({ url: databaseUrl, applicationName: 'ordersctl-test', max: 4 }, log);
  const redis = createRedis(
    { url: stack.redisUrl, purpose: 'operator', prefix, applicationName: 'ordersctl-test' },
    log,
  );

  const space: Space = {
    prefix,
    databaseUrl,
    log,
    pool,
    redis,
    config: (overrides = {}) => {
      const loaded = loadConfig({ flags: { ...values, ...overrides }, env: {}, cwd: '/nonexistent' });
      return requireSettings(loaded.config, [
        'databaseUrl',
        'redisUrl',
        'kafkaBrokers',
        'temporalAddress',
        'jwtSecret',
        'payments',
      ]);
    },
    environment: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [SETTINGS[key as ConfigKey].env, value]),
    ),
    topics: async () => {
      await ensureTopics(space.config());
    },
    async close() {
      disown();
      await pool.end();
      await deleteKeys(redis, prefix);
      redis.disconnect();
      await dropDatabase(stack, database, LEAKED_CONNECTION_WAIT_MS);
    },
  };
  const disown = own(`space ${prefix}`, () => space.close());
  return space;
}

async function deleteKeys(redis: OrdersRedis, prefix: string): Promise<void> {
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1_000 }) as AsyncIterable<
    string[]
  >) {
    if (keys.length > 0) await redis.unlink(...keys);
  }
}

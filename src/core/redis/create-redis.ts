/** The one place that opens connections to Redis, with the settings that each purpose needs. */
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../log.js';
import { areStoreCallsHeard, tellStoreCall } from '../store-calls.js';
import { toRedisError } from './redis-errors.js';
import { scriptDefinitions } from './scripts.js';

export type OrdersRedis = Redis;

/** orders: the accept path and the saga. operator: commands. subscriber: order changes only. */
export type RedisPurpose = 'orders' | 'operator' | 'subscriber';

/** A reservation is worth a quarter of a second; after that the buyer is told to try again with the same key. */
export const ORDERS_COMMAND_TIMEOUT_MS = 250;
const OPERATOR_COMMAND_TIMEOUT_MS = 10_000;

/**
 * Commands are never queued while Redis is away nor sent again by the client: ioredis would run a script twice
 * when its reply is lost, up to 20 times by default. Our scripts survive that, our callers' patience does not.
 */
const PURPOSES: Readonly<Record<RedisPurpose, RedisOptions>> = {
  orders: {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // A backstop: reserve has its own, shorter deadline, which a busy moment of this process does not trip.
    commandTimeout: 4 * ORDERS_COMMAND_TIMEOUT_MS,
    // A peer that vanished without a word: drop the socket instead of timing out on it for ever.
    socketTimeout: 2_000,
    connectTimeout: 2_000,
    enableAutoPipelining: true,
  },
  operator: {
    // Commands wait for the first connection, and fail with it.
    enableOfflineQueue: true,
    maxRetriesPerRequest: 0,
    commandTimeout: OPERATOR_COMMAND_TIMEOUT_MS,
    connectTimeout: 5_000,
    enableAutoPipelining: true,
  },
  subscriber: {
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    connectTimeout: 2_000,
    autoResubscribe: true,
    keepAlive: 10_000,
  },
};

export interface CreateRedisOptions {
  readonly url: string;
  readonly purpose: RedisPurpose;
  /** Shown by CLIENT LIST. */
  readonly applicationName: string;
  /** Part of the contract of every store factory; keys are built by keys.ts, never by the client. */
  readonly prefix?: string;
}

/**
 * Connects in the background and reconnects for ever. Give it back with closeRedis.
 * The `orders` client refuses commands until it is ready: await waitForRedis once before serving.
 */
export function createRedis(options: CreateRedisOptions, log: Log): OrdersRedis {
  const redis = new Redis(options.url, {
    ...PURPOSES[options.purpose],
    // CLIENT SETNAME takes no spaces.
    connectionName: options.applicationName.replaceAll(/[^\w.:-]/g, '-'),
    // At once after a broken connection, so that a reserve whose reply was lost can still ask again in time.
    retryStrategy: (attempt) =>
      attempt === 1 ? 1 : Math.min(2 ** Math.min(attempt, 6) * 15, 1_000) + Math.random() * 50,
    // After a failover the old primary answers READONLY: find the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    scripts: scriptDefinitions(),
  });
  // Every reserve that waits for a reconnect listens for a moment; admission bounds how many there are.
  redis.setMaxListeners(0);
  logOutages(redis, options.purpose, log);
  if (areStoreCallsHeard()) tellCalls(redis);
  return redis;
}

function tellCalls(redis: Redis): void {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    const startedAt = performance.now();
    const tell = () => tellStoreCall({ store: 'redis', startedAt, endedAt: performance.now() });
    void command.promise.then(tell, tell);
    return send(command, stream);
  };
}

/** One line when Redis goes and one when it comes back, however often the client tries in between. */
function logOutages(redis: Redis, purpose: RedisPurpose, log: Log): void {
  let away = false;
  redis.on('error', (error: Error) => {
    if (!away) log.warn({ err: error, purpose }, 'redis is away');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({ purpose }, 'redis is back');
    away = false;
  });
}

/**
 * Resolves when the client is ready.
 * @throws AppError UNAVAILABLE when it is not within `timeoutMs`, or was closed
 */
export async function waitForRedis(redis: OrdersRedis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const settle = (error?: unknown) => {
      clearTimeout(timer);
      redis.off('ready', onReady);
      redis.off('end', onEnd);
      if (error === undefined) resolve();
      else reject(toRedisError(error));
    };
    const onReady = () => settle();
    const onEnd = () => settle(new Error('the connection was closed'));
    const timer = setTimeout(() => settle(new Error(`not ready within ${timeoutMs} ms`)), timeoutMs);
    redis.on('ready', onReady);
    redis.on('end', onEnd);
    if (redis.status === 'end') onEnd();
  });
}

/** Lets commands in flight finish for a moment, then closes; safe when Redis is away. */
export async function closeRedis(redis: OrdersRedis): Promise<void> {
  if (redis.status === 'ready') {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, 1_000)));
    await Promise.race([redis.quit().catch(() => undefined), patience]);
    clearTimeout(timer);
  }
  redis.disconnect();
}

/** @throws AppError UNAVAILABLE unless Redis answers a PING; for readiness checks */
export async function pingRedis(redis: OrdersRedis): Promise<void> {
  try {
    await redis.ping();
  } catch (error) {
    throw toRedisError(error);
  }
}

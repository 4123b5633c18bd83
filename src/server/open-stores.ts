/** Everything serve keeps connections to, opened in an order in which it can be given back in reverse. */
import type { ConfigWith } from '../core/config/require-settings.js';
import type { Lifecycle } from '../core/lifecycle.js';
import type { Log } from '../core/log.js';
import { checkSchema } from '../core/postgres/check-schema.js';
import { createPool, type Pool } from '../core/postgres/create-pool.js';
import { POOL_SIZES } from '../core/postgres/pool-sizes.js';
import { closeRedis, createRedis, waitForRedis, type OrdersRedis } from '../core/redis/create-redis.js';

const APPLICATION_NAME = 'ordersctl-serve';
/** Shorter than a request waits for its order, so that a slow call can be told from a lost one in time. */
const ACCEPT_STATEMENT_TIMEOUT_MS = 4_000;
const ACCEPT_LOCK_TIMEOUT_MS = 1_000;
/** A look at some hundred thousand orders on a busy server; a product whose look is cut short stays closed. */
const REBUILD_STATEMENT_TIMEOUT_MS = 60_000;
const REDIS_START_TIMEOUT_MS = 5_000;

export interface ServeStores {
  /** Only for the accept batch and its probe, so that no flood of reads delays an order. */
  readonly acceptPool: Pool;
  readonly readPool: Pool;
  /** Only for the guard and rebuilding products, so that these neither wait for reads nor delay them. */
  readonly rebuildPool: Pool;
  readonly redis: OrdersRedis;
  readonly subscriber: OrdersRedis;
}

/** @throws AppError UNAVAILABLE when a store does not answer, SCHEMA_MISSING or SCHEMA_TOO_NEW */
export async function openStores(
  config: ConfigWith<'databaseUrl' | 'redisUrl'>,
  log: Log,
  lifecycle: Lifecycle,
): Promise<ServeStores> {
  const postgres = { url: config.databaseUrl, applicationName: APPLICATION_NAME };
  const acceptPool = createPool(
    {
      ...postgres,
      max: POOL_SIZES.serveAccept,
      statementTimeoutMs: ACCEPT_STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: ACCEPT_LOCK_TIMEOUT_MS,
    },
    log,
  );
  lifecycle.own('accept pool', () => acceptPool.end());
  const readPool = createPool({ ...postgres, max: POOL_SIZES.serveRead }, log);
  lifecycle.own('read pool', () => readPool.end());
  const rebuildPool = createPool(
    { ...postgres, max: POOL_SIZES.serveRebuild, statementTimeoutMs: REBUILD_STATEMENT_TIMEOUT_MS },
    log,
  );
  lifecycle.own('rebuild pool', () => rebuildPool.end());
  await checkSchema(readPool);

  const open = { url: config.redisUrl, prefix: config.prefix, applicationName: APPLICATION_NAME };
  const redis = createRedis({ ...open, purpose: 'orders' }, log);
  lifecycle.own('redis', () => closeRedis(redis));
  const subscriber = createRedis({ ...open, purpose: 'subscriber' }, log);
  lifecycle.own('redis subscriber', () => closeRedis(subscriber));
  await waitForRedis(redis, REDIS_START_TIMEOUT_MS);
  return { acceptPool, readPool, rebuildPool, redis, subscriber };
}

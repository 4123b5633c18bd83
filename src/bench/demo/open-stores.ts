/** The demo's own connections to its servers; the lifecycle ends them. */
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import { createPool } from '../../core/postgres/create-pool.js';
import { createRedis } from '../../core/redis/create-redis.js';
import type { Stack } from '../../dev/start-stack.js';
import type { DemoParts } from './run-demo.js';

export function openStores(stack: Stack, { lifecycle, log }: DemoParts): CatalogDeps {
  lifecycle.signal.throwIfAborted();
  const applicationName = 'ordersctl-demo';
  const pool = createPool({ url: stack.env['DATABASE_URL'] ?? '', applicationName, max: 4 }, log);
  lifecycle.own('postgres', () => pool.end());
  const redis = createRedis({ url: stack.env['REDIS_URL'] ?? '', purpose: 'operator', applicationName }, log);
  lifecycle.own('redis', () => redis.disconnect());
  return { pool, redis, prefix: '' };
}

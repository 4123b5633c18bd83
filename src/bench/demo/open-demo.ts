/** Opens all that a sale needs beside its servers: clients and roles. Everything is owned by the lifecycle. */
import { join } from 'node:path';
import { ROLES } from '../../core/names.js';
import { createPool, type Pool } from '../../core/postgres/create-pool.js';
import { createRedis, type OrdersRedis } from '../../core/redis/create-redis.js';
import { createMachine } from '../../dev/machine.js';
import type { Stack } from '../../dev/start-stack.js';
import type { DemoOptions, DemoParts } from './run-demo.js';
import { createRoles, type Roles } from './roles.js';
import { DECLINED_PREFIX } from './sale.js';

/** Holds of a killed serve are swept while the demo still watches; by default it would take a minute. */
const SWEEPS = { ORDERSCTL_HOLD_SWEEP_AGE: '5s', ORDERSCTL_SWEEP_INTERVAL: '3s' };

export interface Stores {
  readonly pool: Pool;
  readonly redis: OrdersRedis;
  readonly prefix: string;
}

export function openStores(stack: Stack, { lifecycle, log }: DemoParts): Stores {
  lifecycle.signal.throwIfAborted();
  const applicationName = 'ordersctl-demo';
  const pool = createPool({ url: stack.env['DATABASE_URL'] ?? '', applicationName, max: 2 }, log);
  lifecycle.own('postgres', () => pool.end());
  const redis = createRedis({ url: stack.env['REDIS_URL'] ?? '', purpose: 'operator', applicationName }, log);
  lifecycle.own('redis', () => redis.disconnect());
  return { pool, redis, prefix: '' };
}

/** @throws AppError UNAVAILABLE when one does not become ready */
export async function openRoles(
  stack: Stack,
  options: DemoOptions,
  { lifecycle, voice }: DemoParts,
): Promise<Roles> {
  const roles = await createRoles({
    machine: createMachine(options.env, lifecycle.signal),
    env: {
      ...stack.env,
      ...SWEEPS,
      ORDERSCTL_HOST: '127.0.0.1',
      ORDERSCTL_SIMULATED_DECLINE_USERS: DECLINED_PREFIX,
    },
    logFolder: join(options.folder, 'logs'),
    signal: lifecycle.signal,
  });
  lifecycle.signal.throwIfAborted();
  lifecycle.own('roles', () => roles.stop());
  const startedAt = performance.now();
  await Promise.all(ROLES.map((role) => roles.start(role)));
  voice.line(`started  ${ROLES.join(', ')}  ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`);
  return roles;
}

/** Opens all that a sale needs: servers of its own, clients, roles. Everything is owned by the lifecycle. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROLES } from '../../core/names.js';
import { createPool, type Pool } from '../../core/postgres/create-pool.js';
import { createRedis, type OrdersRedis } from '../../core/redis/create-redis.js';
import { createMachine } from '../../dev/machine.js';
import { formatProgress } from '../../dev/stack-progress.js';
import { startStack, type Stack } from '../../dev/start-stack.js';
import { clearDemoFolder } from './clear-demo-folder.js';
import type { DemoOptions, DemoParts } from './run-demo.js';
import { createRoles, type Roles } from './roles.js';
import { DECLINED_PREFIX } from './sale.js';

/** Holds of a killed serve are swept while the demo still watches; by default it would take a minute. */
const SWEEPS = { ORDERSCTL_HOLD_SWEEP_AGE: '5s', ORDERSCTL_SWEEP_INTERVAL: '3s' };

/** @throws AppError REFUSED when a demo runs in the folder, UNAVAILABLE when a server does not start */
export async function openStack(options: DemoOptions, { lifecycle, voice }: DemoParts): Promise<Stack> {
  const machine = createMachine(options.env, lifecycle.signal);
  await clearDemoFolder(machine, options.folder);
  mkdirSync(options.folder, { recursive: true });
  writeFileSync(join(options.folder, '.gitignore'), '*\n');
  const stack = await startStack({
    folder: options.folder,
    env: options.env,
    ports: 'auto',
    ephemeral: true,
    giveWay: true,
    signal: lifecycle.signal,
    report: (progress) => voice.line(formatProgress(progress)),
  }).catch(async (error: unknown) => {
    // A start that was cut short leaves its data. Not with `machine`: the abort has ended that one's commands.
    await clearDemoFolder(createMachine(options.env), options.folder).catch(() => undefined);
    throw error;
  });
  if (lifecycle.signal.aborted) await stack.stop();
  lifecycle.signal.throwIfAborted();
  lifecycle.own('local stack', () => stack.stop());
  return stack;
}

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

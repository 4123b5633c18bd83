/** Starts the worker role: its clients, the saga's worker, the schedules, probes; and ends them in order. */
import { Client } from '@temporalio/client';
import type { Worker } from '@temporalio/worker';
import { startAdminServer } from '../core/admin/admin-server.js';
import { addGauge, createMetricsRegistry, createStatsMirror } from '../core/admin/metrics.js';
import { requireSettings } from '../core/config/require-settings.js';
import type { Config } from '../core/config/schema.js';
import { AppError } from '../core/errors.js';
import { createPublisher } from '../core/kafka/create-publisher.js';
import type { Lifecycle } from '../core/lifecycle.js';
import type { Log } from '../core/log.js';
import { ADMIN_PORTS } from '../core/names.js';
import { addRelayGauges } from '../core/outbox/relay-gauges.js';
import { createRelay } from '../core/outbox/relay.js';
import { checkSchema } from '../core/postgres/check-schema.js';
import { createPool } from '../core/postgres/create-pool.js';
import { POOL_SIZES } from '../core/postgres/pool-sizes.js';
import { closeRedis, createRedis, pingRedis, waitForRedis } from '../core/redis/create-redis.js';
import { replicaName } from '../core/stats/replica-name.js';
import { createRoleStats } from '../core/stats/role-stats.js';
import { checkNamespace } from '../core/temporal/check-namespace.js';
import { binaryVersion } from '../core/version.js';
import { createActivities } from './activities/create-activities.js';
import { connectWorker } from './connect-worker.js';
import { createConservationGauge } from './conservation-gauge.js';
import { installRuntime } from './install-runtime.js';
import { createGateway } from './payments/create-gateway.js';
import { measureGateway } from './payments/measure-gateway.js';
import { CHECK_EVERY } from './schedules/ensure-schedules.js';
import { keepSchedules } from './schedules/keep-schedules.js';
import { createWorker } from './worker.js';

const APPLICATION = 'ordersctl-worker';
const REDIS_TIMEOUT_MS = 5_000;

export interface RunningWorker {
  readonly adminPort: number;
  /** Rejects when the worker has ended by itself. Never resolves. */
  readonly failed: Promise<never>;
}

/**
 * Resolves when the worker polls. Everything acquired is registered in the lifecycle, whose end stops polling, lets
 * activities finish, publishes what they committed and closes the clients.
 * @throws AppError CONFIG_INVALID (ORDERSCTL_PAYMENTS has no default), SCHEMA_MISSING, SCHEMA_TOO_NEW, or UNAVAILABLE
 *   naming what does not answer
 */
export async function startWorker(parts: {
  readonly config: Config;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}): Promise<RunningWorker> {
  const { log, lifecycle } = parts;
  const config = requireSettings(parts.config, [
    'databaseUrl',
    'redisUrl',
    'kafkaBrokers',
    'temporalAddress',
    'payments',
  ]);
  const registry = createMetricsRegistry({ role: 'worker', version: binaryVersion() });
  const gateway = measureGateway(createGateway(config, log), registry);
  lifecycle.own('payment gateway', () => gateway.close?.());
  const pool = createPool(
    { url: config.databaseUrl, applicationName: APPLICATION, max: POOL_SIZES.worker },
    log,
  );
  lifecycle.own('postgres', () => pool.end());
  const redis = createRedis(
    { url: config.redisUrl, purpose: 'orders', prefix: config.prefix, applicationName: APPLICATION },
    log,
  );
  lifecycle.own('redis', () => closeRedis(redis));
  const temporal: { client?: Client } = {};
  const admin = await startAdminServer({
    port: config.adminPort ?? ADMIN_PORTS.worker,
    host: config.host,
    role: 'worker',
    checks: [
      { name: 'postgres', check: async () => void (await pool.query('select 1')) },
      { name: 'redis', check: () => pingRedis(redis) },
      { name: 'temporal', check: async () => void (await checkNamespace(connected(temporal.client))) },
    ],
    isDraining: () => lifecycle.signal.aborted,
    registry,
  });
  lifecycle.own('probes', () => admin.close());

  await checkSchema(pool);
  await waitForRedis(redis, REDIS_TIMEOUT_MS);
  const stats = createRoleStats({
    pool,
    role: 'worker',
    replica: replicaName(),
    log,
    mirror: createStatsMirror(registry),
  });
  stats.start();
  lifecycle.own('figures', () => stats.stop());
  const publisher = createPublisher(config, log);
  lifecycle.own('publisher', () => publisher.close());
  const relay = createRelay({ pool, publisher, log, stats });
  relay.start();
  lifecycle.own('relay', () => relay.drain());
  addRelayGauges(registry, relay);

  installRuntime(log);
  const connection = await connectWorker(config.temporalAddress, log, lifecycle.signal);
  lifecycle.own('temporal', () => connection.close());
  const client = new Client({ connection, namespace: config.temporalNamespace });
  temporal.client = client;
  const worker = await createWorker({
    config,
    connection,
    log,
    onRetry: () => stats.count('retried'),
    activities: createActivities({
      pool,
      redis,
      prefix: config.prefix,
      gateway,
      relay,
      stats,
      log,
      sweeps: {
        config,
        temporal: client,
        publisher,
        conservation: createConservationGauge(registry, 2 * CHECK_EVERY * config.sweepInterval),
      },
    }),
  });
  const failed = run(worker, lifecycle);
  const schedules = keepSchedules(client, { prefix: config.prefix, everyMs: config.sweepInterval }, log);
  lifecycle.own('schedules', () => schedules.stop());
  addGauge(registry, {
    name: 'sweeps_paused',
    help: 'Schedules of sweeps that somebody has paused',
    read: () => schedules.paused(),
  });
  admin.started();
  log.info({ adminPort: admin.port, payments: gateway.name }, 'worker polls');
  return { adminPort: admin.port, failed };
}

function connected(client: Client | undefined): Client {
  if (!client) throw new AppError('UNAVAILABLE', 'not connected yet');
  return client;
}

/** Polls until the lifecycle ends; a server that goes away meanwhile is waited for by the SDK. */
function run(worker: Worker, lifecycle: Lifecycle): Promise<never> {
  const running = worker.run();
  lifecycle.own('worker', async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running;
  });
  const failed = running.then(
    () => rejectUnlessDraining(lifecycle, undefined),
    (error: unknown) => rejectUnlessDraining(lifecycle, error),
  );
  failed.catch(() => undefined);
  return failed;
}

/** While draining, the lifecycle tells how the worker ended. */
function rejectUnlessDraining(lifecycle: Lifecycle, cause: unknown): Promise<never> {
  if (lifecycle.signal.aborted) return new Promise(() => undefined);
  return Promise.reject(new AppError('INTERNAL', 'the worker has ended by itself', { cause }));
}

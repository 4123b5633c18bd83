/**
 * The `consume` role: reads `orders.reservations` and starts one saga per order that is still PENDING, and applies
 * `product.events`.
 */
import { startAdminServer } from '../core/admin/admin-server.js';
import {
  addGauge,
  createMetricsRegistry,
  createStatsMirror,
  type MetricsRegistry,
} from '../core/admin/metrics.js';
import type { Config } from '../core/config/schema.js';
import { AppError } from '../core/errors.js';
import { requireSettings } from '../core/config/require-settings.js';
import { createConsumer } from '../core/kafka/create-consumer.js';
import { createPublisher } from '../core/kafka/create-publisher.js';
import { createOffsetsReader } from '../core/kafka/kafka-admin.js';
import type { OutboxRecord } from '../core/outbox/record.js';
import type { Lifecycle } from '../core/lifecycle.js';
import type { Log } from '../core/log.js';
import { ADMIN_PORTS, CONSUMER_GROUP, TOPICS } from '../core/names.js';
import { addRelayGauges } from '../core/outbox/relay-gauges.js';
import { createRelay } from '../core/outbox/relay.js';
import { checkSchema } from '../core/postgres/check-schema.js';
import { createPool } from '../core/postgres/create-pool.js';
import { POOL_SIZES } from '../core/postgres/pool-sizes.js';
import { closeRedis, createRedis, type OrdersRedis } from '../core/redis/create-redis.js';
import { publishOrderChanges } from '../core/redis/order-changes.js';
import { replicaName } from '../core/stats/replica-name.js';
import { createRoleStats } from '../core/stats/role-stats.js';
import { checkNamespace } from '../core/temporal/check-namespace.js';
import { createTemporalClient, type TemporalClient } from '../core/temporal/create-temporal-client.js';
import { startSaga } from '../core/temporal/start-saga.js';
import { binaryVersion } from '../core/version.js';
import { createBatchHandler } from './consume-batch.js';
import { createLimit } from './limit-concurrency.js';
import { startProductConsumer, type ProductConsumer } from './products/start-product-consumer.js';
import { createWaitingPartitions, type WaitingPartitions } from './waiting-partitions.js';
import { createProgressWatch, type ProgressWatch } from './watch-progress.js';

/** A chunk asks Postgres three times and is soon done; more than this many at once only queue there. */
const PARTITIONS_AT_ONCE = 16;
const APPLICATION = 'ordersctl-consume';

export interface RunningConsumer {
  readonly adminPort: number;
  /** Rejects when the role cannot go on: the client gave up, or a partition stalled. Never resolves. */
  readonly failed: Promise<never>;
}

/**
 * Resolves when it reads. Everything acquired is registered in the lifecycle, whose end stops reading, finishes the
 * chunks in hand, commits, leaves the group and publishes what is left.
 * @throws AppError CONFIG_INVALID, SCHEMA_MISSING, SCHEMA_TOO_NEW, or UNAVAILABLE naming what does not answer
 */
export async function startConsumer(parts: {
  readonly config: Config;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}): Promise<RunningConsumer> {
  const { log, lifecycle } = parts;
  const config = requireSettings(parts.config, [
    'databaseUrl',
    'redisUrl',
    'kafkaBrokers',
    'temporalAddress',
  ]);
  const registry = createMetricsRegistry({ role: 'consume', version: binaryVersion() });
  const pool = createPool(
    { url: config.databaseUrl, applicationName: APPLICATION, max: POOL_SIZES.consume },
    log,
  );
  lifecycle.own('postgres', () => pool.end());
  const offsets = createOffsetsReader(config, log);
  lifecycle.own('kafka admin', () => offsets.close());
  const consumer = createConsumer(config, log, {
    topic: TOPICS.reservations,
    group: CONSUMER_GROUP,
    partitionsAtOnce: PARTITIONS_AT_ONCE,
  });
  const waits = createWaitingPartitions(() => consumer.assigned());
  const late: { temporal?: TemporalClient; products?: ProductConsumer } = {};

  const admin = await startAdminServer({
    port: config.adminPort ?? ADMIN_PORTS.consume,
    host: config.host,
    role: 'consume',
    checks: [
      { name: 'postgres', check: async () => void (await pool.query('select 1')) },
      { name: 'kafka', check: async () => void (await offsets.read()) },
      { name: 'temporal', check: async () => void (await checkNamespace(connected(late.temporal).client)) },
      { name: 'partitions', check: () => checkPartitions(waits) },
      { name: 'product events', check: () => checkPartitions(late.products?.waits) },
    ],
    isDraining: () => lifecycle.signal.aborted,
    registry,
  });
  lifecycle.own('probes', () => admin.close());

  await checkSchema(pool);
  const stats = createRoleStats({
    pool,
    role: 'consume',
    replica: replicaName(),
    log,
    mirror: createStatsMirror(registry),
  });
  stats.start();
  lifecycle.own('figures', () => stats.stop());
  const redis = createRedis(
    { url: config.redisUrl, purpose: 'orders', prefix: config.prefix, applicationName: APPLICATION },
    log,
  );
  lifecycle.own('redis', () => closeRedis(redis));
  const temporal = (late.temporal = await createTemporalClient(config));
  lifecycle.own('temporal', () => temporal.close());
  const publisher = createPublisher(config, log);
  lifecycle.own('publisher', () => publisher.close());
  const relay = createRelay({ pool, publisher, log, stats });
  relay.start();
  lifecycle.own('relay', () => relay.drain());
  const watch = createProgressWatch({
    readOffsets: () => offsets.read(),
    assigned: () => consumer.assigned(),
    log,
  });
  watch.start();
  lifecycle.own('progress watch', () => watch.stop());
  addRelayGauges(registry, relay);
  addConsumerGauges(registry, watch, waits);

  lifecycle.own('consumer', () => consumer.stop());
  // A group that still balances, for seconds after each deploy, is no reason to be unready.
  admin.started();
  await consumer.start(
    createBatchHandler({
      pool,
      publisher,
      relay,
      stats,
      log,
      waits,
      limit: createLimit(config.consumeConcurrency),
      startSaga: (orderId) =>
        startSaga(temporal.client, config.prefix, orderId, { orderId, deadlineMs: config.paymentDeadline }),
      announce: (changes) => announce(redis, config.prefix, changes, log),
      onProgress: (at) => watch.onProgress(at),
    }),
  );
  const catalog = { pool, redis, prefix: config.prefix };
  const products = await startProductConsumer(config, lifecycle, {
    catalog,
    publisher,
    stats,
    log,
    registry,
  });
  late.products = products;
  log.info({ adminPort: admin.port }, 'consume reads');
  const failed = Promise.race([consumer.failed, watch.failed, products.failed]);
  failed.catch(() => undefined);
  return { adminPort: admin.port, failed };
}

function connected(temporal: TemporalClient | undefined): TemporalClient {
  if (!temporal) throw new AppError('UNAVAILABLE', 'not connected yet');
  return temporal;
}

/** A partition that waits is worth a line in `/readyz?verbose`; its reason says what to do. */
function checkPartitions(waits: WaitingPartitions | undefined): Promise<void> {
  const waiting = (waits?.list() ?? []).map(({ partition, reason }) => `partition ${partition}: ${reason}`);
  return waiting.length === 0
    ? Promise.resolve()
    : Promise.reject(new AppError('UNAVAILABLE', waiting.join('; ')));
}

/** Streams that miss this find the change in Postgres. */
function announce(redis: OrdersRedis, prefix: string, changes: readonly OutboxRecord[], log: Log): void {
  const seen = changes.map(({ orderId, version, order }) => ({ orderId, version, status: order.status }));
  publishOrderChanges(redis, prefix, seen).catch((error: unknown) => {
    log.debug({ err: error }, 'open event streams were not told');
  });
}

function addConsumerGauges(registry: MetricsRegistry, watch: ProgressWatch, waits: WaitingPartitions): void {
  addGauge(registry, {
    name: 'consumer_lag',
    help: "Reservations not yet handled in this replica's partitions",
    read: () => watch.lag(),
  });
  addGauge(registry, {
    name: 'consumer_waiting_partitions',
    help: 'Partitions that wait: for Temporal, Postgres, the dead letter topic or a newer consumer',
    read: () => waits.list().length,
  });
}

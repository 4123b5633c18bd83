/** The serve role: puts the gatekeeper together and says in which order it ends. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { startAdminServer } from '../core/admin/admin-server.js';
import { createMetricsRegistry, createStatsMirror } from '../core/admin/metrics.js';
import { requireSettings } from '../core/config/require-settings.js';
import type { Config } from '../core/config/schema.js';
import { createPublisher } from '../core/kafka/create-publisher.js';
import type { Lifecycle } from '../core/lifecycle.js';
import type { Log } from '../core/log.js';
import { ADMIN_PORTS } from '../core/names.js';
import { createRelay } from '../core/outbox/relay.js';
import { pingRedis } from '../core/redis/create-redis.js';
import { createRelease } from '../core/redis/release.js';
import { createReserve } from '../core/redis/reserve.js';
import { replicaName } from '../core/stats/replica-name.js';
import { createRoleStats } from '../core/stats/role-stats.js';
import { binaryVersion } from '../core/version.js';
import { createAcceptBatcher } from './accept/accept-batcher.js';
import { createAcceptHandler, isPlaceOrder } from './accept/accept-handler.js';
import { createAdmission } from './accept/admission.js';
import { createExplainNotLoaded } from './accept/explain-not-loaded.js';
import { createStoreHealth } from './accept/store-health.js';
import { createTakeOrder } from './accept/take-order.js';
import { startApiServer } from './http/api-server.js';
import { createSendProblem } from './http/problem.js';
import { createAuthenticate } from './identity/authenticate.js';
import { openStores } from './open-stores.js';
import { createOrderWatch } from './orders/order-watch.js';
import { createOrdersApp } from './orders/orders-app.js';
import { createStreamRegistry } from './orders/stream-registry.js';
import { followOrderChanges } from './orders/follow-order-changes.js';
import { addServeGauges, createServeMetrics } from './serve-metrics.js';
import { probeWritable } from './accept/probe-writable.js';

export interface RunningServer {
  /** Where the API really listens; PORT may have been 0. */
  readonly apiPort: number;
  readonly adminPort: number;
  /** Rejects when the role can go on no more; never resolves. */
  readonly failed: Promise<never>;
}

/**
 * Starts `serve`. Kafka may be away: orders are accepted and wait in the outbox. Everything opened is registered with
 * the lifecycle, whose end is the drain: unready, wait, take no new orders, finish those in hand, end the event
 * streams, publish, close.
 * @throws AppError CONFIG_INVALID, UNAVAILABLE, SCHEMA_MISSING or SCHEMA_TOO_NEW
 */
export async function startServer(parts: {
  config: Config;
  log: Log;
  lifecycle: Lifecycle;
}): Promise<RunningServer> {
  const { log, lifecycle } = parts;
  const config = requireSettings(parts.config, ['databaseUrl', 'redisUrl', 'kafkaBrokers']);
  const authenticate = createAuthenticate(config);
  const stores = await openStores(config, log, lifecycle);
  const { acceptPool, readPool, redis } = stores;

  const registry = createMetricsRegistry({ role: 'serve', version: binaryVersion() });
  const metrics = createServeMetrics(registry);
  const admin = await startAdminServer({
    port: config.adminPort ?? ADMIN_PORTS.serve,
    host: config.host,
    role: 'serve',
    checks: [
      { name: 'postgres', check: async () => void (await readPool.query('select 1')) },
      { name: 'redis', check: () => pingRedis(redis) },
    ],
    isDraining: () => lifecycle.signal.aborted,
    registry,
  });
  lifecycle.own('admin server', () => admin.close());

  const stats = createRoleStats({
    pool: readPool,
    role: 'serve',
    replica: replicaName(),
    log,
    mirror: createStatsMirror(registry),
  });
  lifecycle.own('role stats', () => stats.stop());
  stats.start();

  const publisher = createPublisher(config, log);
  lifecycle.own('publisher', () => publisher.close());
  const relay = createRelay({ pool: readPool, publisher, log, stats });
  lifecycle.own('relay', () => relay.drain());
  relay.start();

  const postgres = createStoreHealth({ name: 'postgres', probe: () => probeWritable(acceptPool), log });
  lifecycle.own('store health', () => postgres.stop());
  const batcher = createAcceptBatcher({
    db: acceptPool,
    postgres,
    batchMax: config.acceptBatchMax,
    offer: (records) => relay.offer(records),
    onBatch: (rows, ms) => metrics.batch(rows, ms),
    log,
  });
  const admission = createAdmission({
    maxInFlight: config.acceptQueueMax,
    postgres,
    isOutboxFull: () => relay.depth() >= config.outboxMaxDepth,
    oldestWaitMs: () => batcher.oldestWaitMs(),
  });
  const sendProblem = createSendProblem(log);
  const acceptOrder = createAcceptHandler({
    prefix: config.prefix,
    authenticate,
    admission,
    takeOrder: createTakeOrder({
      reserve: createReserve(redis, config.prefix),
      release: createRelease(redis, config.prefix),
      batcher,
      db: readPool,
      explainNotLoaded: createExplainNotLoaded(readPool),
      log,
    }),
    sendProblem,
    stats,
  });

  const watch = createOrderWatch({ db: readPool, log });
  lifecycle.own('order watch', () => watch.stop());
  watch.start();
  followOrderChanges(stores.subscriber, config.prefix, watch, log);
  const streams = createStreamRegistry({
    maxStreams: config.sseMaxStreams,
    maxPerUser: config.sseMaxStreamsPerUser,
  });
  lifecycle.own('event streams', () => streams.close());
  streams.start();
  const app = createOrdersApp({ db: readPool, watch, streams, authenticate, sendProblem });
  addServeGauges(registry, {
    inFlight: () => admission.inFlight(),
    queueLength: () => batcher.length(),
    streams: () => streams.count(),
    outboxDepth: () => relay.depth(),
    outboxOldestAgeMs: () => relay.oldestAgeMs(),
  });

  const listener = (request: IncomingMessage, response: ServerResponse) => {
    metrics.request(request, response);
    if (isPlaceOrder(request)) void acceptOrder(request, response);
    else app(request, response);
  };
  const api = await startApiServer({ port: config.port, host: config.host, listener });
  lifecycle.own('api', async () => {
    // Balancers learn from /readyz; until they have, their requests are answered as ever.
    await delay(config.drainDelay);
    admission.close();
    streams.close();
    await api.close();
    await admission.whenEmpty();
  });
  log.info({ apiPort: api.port, adminPort: admin.port, host: config.host }, 'serve is listening');
  return { apiPort: api.port, adminPort: admin.port, failed: api.failed };
}

/** The serve role: puts the gatekeeper together and says in which order it ends. */
import { setTimeout as delay } from 'node:timers/promises';
import { startAdminServer } from '../core/admin/admin-server.js';
import { createMetricsRegistry, createStatsMirror } from '../core/admin/metrics.js';
import { requireSettings } from '../core/config/require-settings.js';
import type { Config } from '../core/config/schema.js';
import { createPublisher } from '../core/kafka/create-publisher.js';
import type { Lifecycle } from '../core/lifecycle.js';
import type { Log } from '../core/log.js';
import { ADMIN_PORTS } from '../core/names.js';
import { createCancelOrder } from '../core/orders/cancel-order.js';
import { createEndOrder } from '../core/orders/end-order.js';
import { createRelay } from '../core/outbox/relay.js';
import { pingRedis } from '../core/redis/create-redis.js';
import { replicaName } from '../core/stats/replica-name.js';
import { createRoleStats } from '../core/stats/role-stats.js';
import { binaryVersion } from '../core/version.js';
import { isPlaceOrder } from './accept/accept-handler.js';
import { createAccept, type AcceptParts } from './accept/create-accept.js';
import { createRedisGuard } from './accept/redis-guard.js';
import { startApiServer } from './http/api-server.js';
import { createCors } from './http/cors.js';
import { createSendProblem } from './http/problem.js';
import { createAuthenticate } from './identity/authenticate.js';
import { createActiveProducts } from './active-products.js';
import { openStores } from './open-stores.js';
import { followOrderChanges } from './orders/follow-order-changes.js';
import { createOrderWatch } from './orders/order-watch.js';
import { createOrdersApp } from './orders/orders-app.js';
import { createWakeSaga } from './orders/wake-sagas.js';
import { createStreamRegistry } from './orders/stream-registry.js';
import { createCallbackRoute } from './payments/callback-route.js';
import { findCallbackKeys } from './payments/callback-keys.js';
import { countReservations } from './reservation-metrics.js';
import { addConnectionGauges, addServeGauges, createServeMetrics } from './serve-metrics.js';
import { addStockGauges } from './stock-gauges.js';

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
  /** @see AcceptParts */
  createBatcher?: AcceptParts['createBatcher'];
}): Promise<RunningServer> {
  const { log, lifecycle } = parts;
  const config = requireSettings(parts.config, ['databaseUrl', 'redisUrl', 'kafkaBrokers']);
  const authenticate = createAuthenticate(config, log);
  const keys = findCallbackKeys(config);
  const stores = await openStores(config, log, lifecycle);
  const { readPool, redis } = stores;

  const registry = createMetricsRegistry({ role: 'serve', version: binaryVersion() });
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

  const mirror = createStatsMirror(registry);
  const stats = createRoleStats({ pool: readPool, role: 'serve', replica: replicaName(), log, mirror });
  lifecycle.own('role stats', () => stats.stop());
  stats.start();
  const publisher = createPublisher(config, log);
  lifecycle.own('publisher', () => publisher.close());
  const relay = createRelay({ pool: readPool, publisher, log, stats });
  lifecycle.own('relay', () => relay.drain());
  relay.start();

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

  const catalog = { pool: stores.rebuildPool, redis, prefix: config.prefix };
  const redisGuard = createRedisGuard({ catalog, stats, log });
  lifecycle.own('redis guard', () => redisGuard.stop());
  await redisGuard.start();

  const metrics = createServeMetrics(registry);
  const activeProducts = createActiveProducts();
  addStockGauges(registry, { db: readPool, productIds: () => activeProducts.list(), log });
  const sendProblem = createSendProblem(log);
  const onBatch = (rows: number, ms: number) => metrics.batch(rows, ms);
  const accept = createAccept({
    ...{ config, stores, redisGuard, relay, authenticate, sendProblem, onBatch, log },
    stats: countReservations(registry, stats, (productId) => activeProducts.saw(productId)),
    ...(parts.createBatcher && { createBatcher: parts.createBatcher }),
  });
  lifecycle.own('orders in hand', () => accept.finish());
  const wakeSaga = createWakeSaga(config, log, lifecycle);
  const endings = { pool: readPool, redis, prefix: config.prefix, relay, stats, log };
  const endOrder = createEndOrder(endings);
  const cancelOrder = createCancelOrder({ ...endings, endOrder, wakeSaga });
  const paymentCallback =
    keys && createCallbackRoute({ db: readPool, keys, endOrder, wakeSaga, registry, log });
  const orders = { db: readPool, watch, streams, authenticate, sendProblem, wakeSaga, cancelOrder };
  const app = createOrdersApp({ ...orders, paymentCallback });
  addServeGauges(registry, {
    inFlight: () => accept.inFlight(),
    queueLength: () => accept.queueLength(),
    streams: () => streams.count(),
    loopDelayMs: () => accept.loopDelayMs(),
    rebuilding: () => redisGuard.rebuilding(),
    outboxDepth: () => relay.depth(),
    outboxOldestAgeMs: () => relay.oldestAgeMs(),
  });

  const cors = createCors(config.corsOrigins);
  const api = await startApiServer({
    port: config.port,
    host: config.host,
    maxConnections: config.maxConnections,
    listener(request, response) {
      metrics.request(request, response);
      if (cors(request, response)) return;
      if (isPlaceOrder(request)) void accept.handle(request, response);
      else app(request, response);
    },
  });
  addConnectionGauges(registry, api);
  lifecycle.own('api', async () => {
    // Balancers learn from /readyz; until they have, their requests are answered as ever.
    await delay(config.drainDelay);
    accept.refuseAll();
    streams.close();
    await api.close();
  });
  admin.started();
  log.info({ apiPort: api.port, adminPort: admin.port, host: config.host }, 'serve is listening');
  return { apiPort: api.port, adminPort: admin.port, failed: api.failed };
}

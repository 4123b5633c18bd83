/** Puts the gate of `POST /orders` together: who is let in, what is held, how it is saved. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../../core/config/schema.js';
import type { Log } from '../../core/log.js';
import type { Relay } from '../../core/outbox/relay.js';
import { parseRate } from '../../core/rate.js';
import { findKnown } from '../../core/redis/find-known.js';
import { probeRedisWrites } from '../../core/redis/probe-writes.js';
import { createTakeRate } from '../../core/redis/rate-limit.js';
import { createRelease } from '../../core/redis/release.js';
import { createReserve } from '../../core/redis/reserve.js';
import type { RoleStats } from '../../core/stats/role-stats.js';
import { createAddressOf } from '../http/caller-address.js';
import type { SendProblem } from '../http/problem.js';
import type { Authenticate } from '../identity/authenticate.js';
import type { ServeStores } from '../open-stores.js';
import { createAcceptBatcher } from './accept-batcher.js';
import { createAcceptHandler } from './accept-handler.js';
import { createAdmission } from './admission.js';
import { createExplainNotLoaded } from './explain-not-loaded.js';
import { createIsKnown } from './known-reservations.js';
import { createLoopDelay } from './loop-delay.js';
import { probeWritable } from './probe-writable.js';
import { createRateLimiter, type RateLimiter } from './rate-limiter.js';
import type { RedisGuard } from './redis-guard.js';
import { reportOutage } from './report-outage.js';
import { createSoldOutFlags } from './sold-out-flags.js';
import { createStoreHealth, type StoreHealth } from './store-health.js';
import { createTakeOrder } from './take-order.js';

export interface AcceptParts {
  readonly config: Config;
  readonly stores: Pick<ServeStores, 'acceptPool' | 'readPool' | 'redis'>;
  readonly redisGuard: Pick<RedisGuard, 'isClosed' | 'suspect'>;
  readonly relay: Pick<Relay, 'offer' | 'depth'>;
  readonly stats: Pick<RoleStats, 'count' | 'observe'>;
  readonly authenticate: Authenticate;
  readonly sendProblem: SendProblem;
  readonly onBatch: (rows: number, ms: number) => void;
  /** For the benchmark, which compares with another way to save orders. */
  readonly createBatcher?: typeof createAcceptBatcher;
  readonly log: Log;
}

export interface Accept {
  /** Answers one `POST /orders`. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** From now on new orders are refused; those in hand go on. */
  refuseAll(): void;
  /** Resolves when nothing is in hand any more; nothing may come in after it. */
  finish(): Promise<void>;
  /** Orders in hand, and those of them that wait for a batch. */
  inFlight(): number;
  queueLength(): number;
  /** Mean wait of a request to be read. */
  loopDelayMs(): number;
}

export function createAccept(parts: AcceptParts): Accept {
  const { config, stores, relay, redisGuard, log } = parts;
  const postgres = createStoreHealth({
    name: 'postgres',
    probe: () => probeWritable(stores.acceptPool),
    log,
  });
  const redis = createStoreHealth({
    name: 'redis',
    probe: () => probeRedisWrites(stores.redis, config.prefix),
    log,
  });
  const loopDelay = createLoopDelay();
  const soldOut = createSoldOutFlags();
  const batcher = (parts.createBatcher ?? createAcceptBatcher)({
    db: stores.acceptPool,
    postgres,
    batchMax: config.acceptBatchMax,
    offer: (records) => relay.offer(records),
    onBatch: parts.onBatch,
    log,
  });
  const admission = createAdmission({
    maxInFlight: config.acceptQueueMax,
    postgres,
    redis: { isUp: () => stores.redis.status === 'ready' && redis.isUp() },
    isOutboxFull: () => relay.depth() >= config.outboxMaxDepth,
    oldestWaitMs: () => batcher.oldestWaitMs(),
    maxWaitMs: config.maxQueueAge,
    loopDelay,
    maxLoopDelayMs: config.maxLoopDelay,
  });
  const isKnown = createIsKnown(
    reportOutage(redis, (productId, ids) => findKnown(stores.redis, config.prefix, productId, ids)),
  );
  const handle = createAcceptHandler({
    prefix: config.prefix,
    authenticate: parts.authenticate,
    admission,
    // Flags and look-ups are worth what Redis is worth: while it is not to be trusted, `takeOrder` says so.
    soldOut: {
      isSoldOut: (productId, quantity) =>
        !redisGuard.isClosed(productId) && soldOut.isSoldOut(productId, quantity),
    },
    isKnown: async (productId, id) => (await isKnown(productId, id)) || redisGuard.isClosed(productId),
    limitRate: createLimitRate(parts, redis),
    takeOrder: createTakeOrder({
      reserve: soldOut.raisedBy(reportOutage(redis, createReserve(stores.redis, config.prefix))),
      release: soldOut.loweredBy(createRelease(stores.redis, config.prefix)),
      batcher,
      db: stores.readPool,
      redisGuard,
      explainNotLoaded: createExplainNotLoaded(stores.readPool, (productId) => redisGuard.suspect(productId)),
      log,
    }),
    sendProblem: parts.sendProblem,
    stats: parts.stats,
  });
  return {
    handle,
    refuseAll: () => admission.close(),
    async finish() {
      await admission.whenEmpty();
      loopDelay.stop();
      await Promise.all([postgres.stop(), redis.stop()]);
    },
    inFlight: () => admission.inFlight(),
    queueLength: () => batcher.length(),
    loopDelayMs: () => loopDelay.ms(),
  };
}

function createLimitRate(
  { config, stores }: Pick<AcceptParts, 'config' | 'stores'>,
  redis: Pick<StoreHealth, 'fail'>,
): RateLimiter | undefined {
  const { rateLimitPerCustomer, rateLimitPerAddress } = config;
  if (rateLimitPerCustomer === undefined && rateLimitPerAddress === undefined) return undefined;
  const limits = {
    customer: rateLimitPerCustomer === undefined ? undefined : parseRate(rateLimitPerCustomer),
    address: rateLimitPerAddress === undefined ? undefined : parseRate(rateLimitPerAddress),
  };
  return createRateLimiter({
    limits,
    take: reportOutage(redis, createTakeRate(stores.redis, config.prefix, limits)),
    addressOf: createAddressOf(config.trustedProxies ?? []),
  });
}

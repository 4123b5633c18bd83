/** Puts the gate of `POST /orders` together: who is let in, what is held, how it is saved. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Config } from '../../core/config/schema.js';
import type { Log } from '../../core/log.js';
import type { Relay } from '../../core/outbox/relay.js';
import { createRelease } from '../../core/redis/release.js';
import { createReserve } from '../../core/redis/reserve.js';
import type { RoleStats } from '../../core/stats/role-stats.js';
import type { SendProblem } from '../http/problem.js';
import type { Authenticate } from '../identity/authenticate.js';
import type { ServeStores } from '../open-stores.js';
import { createAcceptBatcher } from './accept-batcher.js';
import { createAcceptHandler } from './accept-handler.js';
import { createAdmission } from './admission.js';
import { createExplainNotLoaded } from './explain-not-loaded.js';
import { probeWritable } from './probe-writable.js';
import { createStoreHealth } from './store-health.js';
import { createTakeOrder } from './take-order.js';

export interface AcceptParts {
  readonly config: Config;
  readonly stores: Pick<ServeStores, 'acceptPool' | 'readPool' | 'redis'>;
  readonly relay: Pick<Relay, 'offer' | 'depth'>;
  readonly stats: Pick<RoleStats, 'count' | 'observe'>;
  readonly authenticate: Authenticate;
  readonly sendProblem: SendProblem;
  readonly onBatch: (rows: number, ms: number) => void;
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
}

export function createAccept(parts: AcceptParts): Accept {
  const { config, stores, relay, log } = parts;
  const postgres = createStoreHealth({
    name: 'postgres',
    probe: () => probeWritable(stores.acceptPool),
    log,
  });
  const batcher = createAcceptBatcher({
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
    isOutboxFull: () => relay.depth() >= config.outboxMaxDepth,
    oldestWaitMs: () => batcher.oldestWaitMs(),
  });
  const handle = createAcceptHandler({
    prefix: config.prefix,
    authenticate: parts.authenticate,
    admission,
    takeOrder: createTakeOrder({
      reserve: createReserve(stores.redis, config.prefix),
      release: createRelease(stores.redis, config.prefix),
      batcher,
      db: stores.readPool,
      explainNotLoaded: createExplainNotLoaded(stores.readPool),
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
      await postgres.stop();
    },
    inFlight: () => admission.inFlight(),
    queueLength: () => batcher.length(),
  };
}

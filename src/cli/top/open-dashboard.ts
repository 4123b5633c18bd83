/** Puts the parts of the dashboard together: the stores it asks, and the state it draws. */
import type { ConfigWith } from '../../core/config/require-settings.js';
import { createSilentLog } from '../../core/log.js';
import type { CliIo } from '../io.js';
import { createCollector, type Collector } from './collector.js';
import { needsAscii } from './format/symbols.js';
import { createKafkaSource } from './sources/kafka-source.js';
import { createPostgresSource } from './sources/postgres-source.js';
import { createRedisSource } from './sources/redis-source.js';
import { createTemporalSource } from './sources/temporal-source.js';
import { INTERVAL, initialState } from './state/model.js';
import { createStore, type TopStore } from './state/store.js';

export interface Dashboard {
  readonly store: TopStore;
  readonly collector: Collector;
  readonly ascii: boolean;
  readonly now: () => number;
  /** Host and database, never the password. */
  readonly where: string;
}

export interface DashboardOptions {
  /** Only these; all when empty. */
  readonly productIds: readonly string[];
  readonly intervalMs?: number;
  readonly ascii?: boolean;
}

/** Above the statement time-out of Postgres, so that its own words are shown rather than ours. */
const POLL_TIMEOUT_MS = 3_000;

/** Nothing is asked before the collector is started. */
export function openDashboard(
  io: Pick<CliIo, 'env'>,
  config: ConfigWith<'databaseUrl' | 'redisUrl' | 'kafkaBrokers' | 'temporalAddress'>,
  { productIds, intervalMs = INTERVAL.defaultMs, ascii: isAscii = false }: DashboardOptions,
): Dashboard {
  // Silent: a line in the log would run through the picture.
  const log = createSilentLog();
  const ascii = isAscii || needsAscii(io.env);
  const now = Date.now;
  const store = createStore(initialState({ now: now(), intervalMs, graph: ascii ? 'ascii' : 'block' }));
  const knownProducts = () => store.getState().data.stock.map((line) => line.productId);
  const collector = createCollector({
    sources: [
      createPostgresSource(config, productIds, log),
      createRedisSource(config, () => (productIds.length > 0 ? productIds : knownProducts()), log),
      createKafkaSource(config, log),
      createTemporalSource(config),
    ],
    store,
    now,
    timeoutMs: POLL_TIMEOUT_MS,
  });
  return { store, collector, ascii, now, where: whereOf(config.databaseUrl) };
}

function whereOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}

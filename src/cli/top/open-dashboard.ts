/** Puts the parts of the dashboard together: the stores it asks, the state it draws, and where it looks. */
import type { ConfigWith } from '../../core/config/require-settings.js';
import { createSilentLog } from '../../core/log.js';
import type { CliContext } from '../context.js';
import { inContext } from '../in-context.js';
import { createCollector, type Collector } from './collector.js';
import { countStoreCalls } from './count-store-calls.js';
import { needsAscii } from './format/symbols.js';
import type { Place } from './place.js';
import { createCatalogSource } from './sources/catalog-source.js';
import { createKafkaSource } from './sources/kafka-source.js';
import { createLettersSource } from './sources/letters-source.js';
import { createPostgresSource } from './sources/postgres-source.js';
import { createRedisSource } from './sources/redis-source.js';
import { createTemporalSource } from './sources/temporal-source.js';
import { INTERVAL, initialState } from './state/model.js';
import { createStore, type TopStore } from './state/store.js';

export type DashboardConfig = ConfigWith<'databaseUrl' | 'redisUrl' | 'kafkaBrokers' | 'temporalAddress'>;

export interface Dashboard {
  readonly store: TopStore;
  readonly collector: Collector;
  readonly ascii: boolean;
  readonly now: () => number;
  readonly place: Place;
}

export interface DashboardOptions {
  /** Only these; all when empty. */
  readonly productIds: readonly string[];
  readonly intervalMs?: number;
  readonly ascii?: boolean;
  /** Replaying and pausing a sale from the screen. */
  readonly allowActions?: boolean;
}

/** Above the statement time-out of Postgres, so that its own words are shown rather than ours. */
const POLL_TIMEOUT_MS = 3_000;

/** Nothing is asked before the collector is started. */
export function openDashboard(
  context: Pick<CliContext, 'io' | 'flags'>,
  config: DashboardConfig,
  options: DashboardOptions,
): Dashboard {
  const { productIds, intervalMs = INTERVAL.defaultMs } = options;
  // Silent: a line in the log would run through the picture.
  const log = createSilentLog();
  const ascii = options.ascii === true || needsAscii(context.io.env);
  const now = Date.now;
  const store = createStore(initialState({ now: now(), intervalMs, graph: ascii ? 'ascii' : 'block' }));
  // Before the clients are made, which look once whether anybody counts.
  const callsTo = countStoreCalls();
  const knownProducts = () => store.getState().data.stock.map((line) => line.productId);
  const collector = createCollector({
    sources: [
      createPostgresSource(config, productIds, log),
      createRedisSource(config, () => (productIds.length > 0 ? productIds : knownProducts()), log),
      createKafkaSource(config, log),
      createTemporalSource(config),
      createCatalogSource(config, productIds, log),
      createLettersSource(config, log),
    ],
    store,
    now,
    timeoutMs: POLL_TIMEOUT_MS,
    callsTo,
  });
  return { store, collector, ascii, now, place: placeOf(context, config, options) };
}

function placeOf(
  { flags }: Pick<CliContext, 'flags'>,
  config: DashboardConfig,
  { allowActions = false }: DashboardOptions,
): Place {
  const { host, pathname } = new URL(config.databaseUrl);
  return {
    where: `${host}${pathname}`,
    context: config.context ?? null,
    production: config.production,
    readOnly: config.readOnly,
    allowActions,
    commandIn: (command) => inContext(flags, command),
  };
}

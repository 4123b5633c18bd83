/** Chooses how to show: one frame, a stream of JSON, or the live screen; all from the same store and collector. */
import { requireSettings, type ConfigWith } from '../../core/config/require-settings.js';
import { createSilentLog } from '../../core/log.js';
import type { CliContext } from '../context.js';
import { inContext } from '../in-context.js';
import { createCollector } from './collector.js';
import { countStoreCalls } from './count-store-calls.js';
import { needsAscii } from './format/symbols.js';
import type { LiveOptions } from './run-live.js';
import { loadScreen } from './load-screen.js';
import type { Place } from './place.js';
import { createCatalogSource } from './sources/catalog-source.js';
import { createKafkaSource } from './sources/kafka-source.js';
import { createLettersSource } from './sources/letters-source.js';
import { createPostgresSource } from './sources/postgres-source.js';
import { createRedisSource } from './sources/redis-source.js';
import { createTemporalSource } from './sources/temporal-source.js';
import { initialState } from './state/model.js';
import { createStore } from './state/store.js';

export interface TopOptions {
  readonly once: boolean;
  readonly intervalMs: number;
  readonly productIds: readonly string[];
  readonly ascii: boolean;
  /** Lines of JSON after which it ends; undefined: it goes on. */
  readonly count: number | undefined;
  /** Replaying and pausing a sale from the screen. */
  readonly allowActions: boolean;
}

type TopConfig = ConfigWith<'databaseUrl' | 'redisUrl' | 'kafkaBrokers' | 'temporalAddress'>;

/** Above the statement time-out of Postgres, so that its own words are shown rather than ours. */
const POLL_TIMEOUT_MS = 3_000;

/**
 * Ends with the context's exit code: 0; 5 when one frame was asked for and a source did not answer; 130, 143.
 * @throws AppError CONFIG_INVALID when an address is missing
 */
export async function runTop(context: CliContext, options: TopOptions): Promise<void> {
  const { io, output } = context;
  const config = requireSettings(await context.loadConfig(), [
    'databaseUrl',
    'redisUrl',
    'kafkaBrokers',
    'temporalAddress',
  ]);
  // Silent: a line in the log would run through the picture.
  const log = createSilentLog();
  const ascii = options.ascii || needsAscii(io.env);
  const now = Date.now;
  const store = createStore(
    initialState({ now: now(), intervalMs: options.intervalMs, graph: ascii ? 'ascii' : 'block' }),
  );
  // Before the clients are made, which look once whether anybody counts.
  const callsTo = countStoreCalls();
  const { productIds } = options;
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
  const place = placeOf(context, config, options);
  const common = { io, output, store, collector, now, ascii, place };

  const live = io.stdout.isTTY === true && !io.env['CI'];
  if (options.once || (!live && !output.json)) {
    const { runOnce } = await import('./run-once.js');
    context.exitWith(await runOnce(common));
  } else if (output.json) {
    const { runJson } = await import('./run-json.js');
    context.exitWith(await runJson({ ...common, count: options.count }));
  } else {
    context.exitWith(await runScreen(context, config, common, productIds));
  }
}

type Common = Pick<LiveOptions, 'io' | 'store' | 'collector' | 'now' | 'place'>;

/** The views read through connections of their own, opened when the first of them is shown. */
async function runScreen(
  context: CliContext,
  config: TopConfig,
  common: Common,
  productIds: readonly string[],
): Promise<number> {
  const [{ runLive }, { createViewSources }, { createDetailPoller }, { createCommands }, { withStores }] =
    await Promise.all([
      loadScreen(),
      import('./sources/view-sources.js'),
      import('./detail-poller.js'),
      import('./acts/commands.js'),
      import('../with-stores.js'),
    ]);
  const quiet: CliContext = { ...context, flags: { ...context.flags, debug: false } };
  const { store, now, place } = common;
  return withStores(quiet, config, (stores) => {
    const sources = createViewSources({ context: quiet, config, stores, productIds });
    return runLive({
      ...common,
      details: createDetailPoller({ sources, store, now }),
      commands: createCommands({ context: quiet, config, store, place }),
    });
  });
}

function placeOf({ flags }: CliContext, config: TopConfig, { allowActions }: TopOptions): Place {
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

/** Chooses how to show: one frame, a stream of JSON, or the live screen; all from the same store and collector. */
import { requireSettings } from '../../core/config/require-settings.js';
import { createSilentLog } from '../../core/log.js';
import type { CliContext } from '../context.js';
import { createCollector } from './collector.js';
import { countStoreCalls } from './count-store-calls.js';
import { needsAscii } from './format/symbols.js';
import { createKafkaSource } from './sources/kafka-source.js';
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
}

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
  const knownProducts = () => store.getState().data.stock.map((line) => line.productId);
  const collector = createCollector({
    sources: [
      createPostgresSource(config, options.productIds, log),
      createRedisSource(
        config,
        () => (options.productIds.length > 0 ? options.productIds : knownProducts()),
        log,
      ),
      createKafkaSource(config, log),
      createTemporalSource(config),
    ],
    store,
    now,
    timeoutMs: POLL_TIMEOUT_MS,
    callsTo,
  });
  const common = { io, output, store, collector, now, ascii };

  const live = io.stdout.isTTY === true && !io.env['CI'];
  if (options.once || (!live && !output.json)) {
    const { runOnce } = await import('./run-once.js');
    context.exitWith(await runOnce(common));
  } else if (output.json) {
    const { runJson } = await import('./run-json.js');
    context.exitWith(await runJson({ ...common, count: options.count }));
  } else {
    const { runLive } = await import('./run-live.js');
    context.exitWith(await runLive({ ...common, where: whereOf(config.databaseUrl) }));
  }
}

/** Host and database, never the password. */
function whereOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}

/** The benchmark of watching, from the flags of its command. */
import { join } from 'node:path';
import { runTopBench, type WatchedStore } from '../../bench/top/run-top-bench.js';
import { loadConfig } from '../../core/config/load-config.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { STACK_FOLDER } from '../../core/config/stack-state.js';
import { createSilentLog } from '../../core/log.js';
import type { StoreName } from '../../core/partial-answer.js';
import type { CliContext } from '../context.js';
import { createCatalogSource } from '../top/sources/catalog-source.js';
import { createKafkaSource } from '../top/sources/kafka-source.js';
import { createLettersSource } from '../top/sources/letters-source.js';
import { createPostgresSource } from '../top/sources/postgres-source.js';
import { createRedisSource } from '../top/sources/redis-source.js';
import { createTemporalSource } from '../top/sources/temporal-source.js';
import type { TopSource } from '../top/sources/top-source.js';
import { INTERVAL } from '../top/state/model.js';
import { holdBench } from './hold-bench.js';
import { showTopBench } from './show-top-bench.js';

export interface TopBenchFlags {
  readonly rounds: number;
  readonly stored: number;
  readonly check?: true | undefined;
}

/** @see holdBench */
export function holdTopBench(context: CliContext, flags: TopBenchFlags): Promise<void> {
  const { io, output } = context;
  const folder = join(io.cwd, STACK_FOLDER, 'bench');
  const options = {
    ...{ folder, env: io.env, rounds: flags.rounds, orders: flags.stored },
    intervalMs: INTERVAL.defaultMs,
    openStores: (env: Readonly<Record<string, string>>, productIds: readonly string[]) =>
      openStores(folder, env, productIds),
  };
  return holdBench(context, {
    check: flags.check === true,
    run: (parts) => runTopBench(options, parts),
    show: (report) => showTopBench(output, report),
  });
}

/** Exactly what `ordersctl top` asks. */
function openStores(
  cwd: string,
  env: Readonly<Record<string, string>>,
  productIds: readonly string[],
): WatchedStore[] {
  const { config } = loadConfig({ flags: {}, env, cwd });
  const settings = requireSettings(config, ['databaseUrl', 'redisUrl', 'kafkaBrokers', 'temporalAddress']);
  const log = createSilentLog();
  return [
    together('postgres', createPostgresSource(settings, [], log), createCatalogSource(settings, [], log)),
    together(
      'redis',
      createRedisSource(settings, () => productIds, log),
    ),
    together('kafka', createKafkaSource(settings, log), createLettersSource(settings, log)),
    together('temporal', createTemporalSource(settings)),
  ];
}

/** Everything that is asked of one store with each poll. */
function together(name: StoreName, ...sources: readonly TopSource[]): WatchedStore {
  return {
    name,
    poll: () => Promise.all(sources.map((source) => source.poll())),
    close: async () => void (await Promise.all(sources.map((source) => source.close()))),
  };
}

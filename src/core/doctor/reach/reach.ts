/** Whether a store answers, and how quickly. */
import { SETTINGS, type ConfigKey } from '../../config/schema.js';
import { toAppError } from '../../errors.js';
import type { StoreName } from '../../partial-answer.js';
import type { Sources } from '../check.js';
import { measureRoundTrip } from '../measure-round-trip.js';
import { withinTime } from '../within-time.js';

export type Reach =
  | { readonly kind: 'answers'; readonly roundTripMs: number }
  | { readonly kind: 'away'; readonly reason: string; readonly remedy: string | null }
  /** There is no address to try. */
  | { readonly kind: 'unset'; readonly reason: string };

export const STORE_TITLES: Readonly<Record<StoreName, string>> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  kafka: 'Kafka',
  temporal: 'Temporal',
};

const STORE_SETTINGS = {
  postgres: 'databaseUrl',
  redis: 'redisUrl',
  kafka: 'kafkaBrokers',
  temporal: 'temporalAddress',
} as const satisfies Record<StoreName, ConfigKey>;

const FIND_ADDRESS = 'ordersctl config show --origin';

/**
 * All at once, then the round trips one after another: loading and connecting several clients keeps this process busy,
 * which would show as distance. Never rejects.
 */
export async function reachStores(
  sources: Sources,
  stores: readonly StoreName[],
  timeoutMs: number,
): Promise<Map<StoreName, Reach>> {
  const reaches = new Map<StoreName, Reach>();
  await loadClients(stores);
  await Promise.all(
    stores.map(async (store) => {
      reaches.set(store, await reachOf(sources, store, timeoutMs, (ask) => ask().then(() => 0)));
    }),
  );
  for (const store of stores) {
    if (reaches.get(store)?.kind !== 'answers') continue;
    reaches.set(store, await reachOf(sources, store, timeoutMs, measureRoundTrip));
  }
  return reaches;
}

async function reachOf(
  sources: Sources,
  store: StoreName,
  timeoutMs: number,
  measure: (ask: () => Promise<unknown>) => Promise<number>,
): Promise<Reach> {
  const setting = STORE_SETTINGS[store];
  const { env } = SETTINGS[setting];
  if (sources.examined.broken.has(setting)) return { kind: 'unset', reason: `${env} is not usable` };
  if (sources.config[setting] === undefined) return { kind: 'unset', reason: `${env} is not set` };
  try {
    const measured = askOf(sources, store).then((ask) => measure(ask));
    return { kind: 'answers', roundTripMs: await withinTime(measured, timeoutMs, env) };
  } catch (thrown) {
    return { kind: 'away', reason: reasonOf(thrown), remedy: FIND_ADDRESS };
  }
}

/** Before the time runs: on a busy machine loading all four takes seconds, which are not the fault of any store. */
async function loadClients(stores: readonly StoreName[]): Promise<void> {
  const load: Readonly<Record<StoreName, () => Promise<unknown>>> = {
    postgres: () => import('../../postgres/create-pool.js'),
    redis: () => import('../../redis/create-redis.js'),
    kafka: () => import('../../kafka/cluster-reader.js'),
    temporal: () => import('../../temporal/create-temporal-client.js'),
  };
  await Promise.all(stores.map((store) => load[store]()));
}

/** What shows that a store is there, at the least cost. */
async function askOf({ stores }: Sources, store: StoreName): Promise<() => Promise<unknown>> {
  switch (store) {
    case 'postgres': {
      const pool = await stores.postgres();
      return () => pool.query('select 1');
    }
    case 'redis': {
      const redis = await stores.redis();
      return () => redis.ping();
    }
    case 'kafka': {
      const cluster = await stores.cluster();
      return () => cluster.brokers();
    }
    case 'temporal': {
      const client = await stores.temporal();
      return () => client.workflowService.getSystemInfo({});
    }
  }
}

/** The innermost reason says most: refused, timed out, unknown host, wrong password. */
function reasonOf(thrown: unknown): string {
  const error = toAppError(thrown);
  let reason = error.message;
  for (
    let at: unknown = error.cause, depth = 0;
    at instanceof Error && depth < 5;
    at = at.cause, depth += 1
  ) {
    const inner: unknown = at instanceof AggregateError ? at.errors[0] : at;
    if (inner instanceof Error && inner.message !== '') reason = inner.message;
  }
  const [line = ''] = reason.split('\n');
  const late = /no (answer within \d+ ms)/.exec(line)?.[1];
  return late === undefined ? `does not answer: ${line}` : `gives no ${late}`;
}

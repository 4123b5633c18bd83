/** Postgres: the seconds of role_stats, units by one snapshot, the outbox and stuck orders. */
import type { ConfigWith } from '../../../core/config/require-settings.js';
import type { Log } from '../../../core/log.js';
import { findStuckOrders } from '../../../core/postgres/find-stuck-orders.js';
import { measureOutbox } from '../../../core/postgres/measure-outbox.js';
import { readClock } from '../../../core/postgres/read-clock.js';
import { sumRoleStats } from '../../../core/postgres/sum-role-stats.js';
import { STUCK_AFTER_MS } from '../state/attention.js';
import { HISTORY_SECONDS, type SecondCounts, type StuckOrders } from '../state/model.js';
import { mergeRoles } from './merge-roles.js';
import { paced } from './paced.js';
import { createUnitsReader } from './read-units.js';
import type { TopSource } from './top-source.js';
import { createWatchPool } from './watch-pool.js';

/** Watching must not cost a sale its connections. */
const CONNECTIONS = 2;
/** Enough to say that it is bad; counting a million would be the next problem. */
const STUCK_BOUND = 500;
/** Seconds read again with every poll, since replicas write theirs some moments apart. */
const OVERLAP_SECONDS = 10;
/** What a poll may take of Postgres to count the outbox, in ms, and for one of its events: a long one is counted seldom. */
const OUTBOX_MS = 5;
const OUTBOX_EVENT_MS = 0.0002;

/** @param productIds only these; all when empty */
export function createPostgresSource(
  config: ConfigWith<'databaseUrl'>,
  productIds: readonly string[],
  log: Log,
): TopSource {
  const pool = createWatchPool(config, CONNECTIONS, log);
  const products = productIds.length === 0 ? undefined : productIds;
  const readUnits = createUnitsReader(pool, products);
  const readOutbox = paced(() => measureOutbox(pool), {
    msPerPoll: OUTBOX_MS,
    costOf: ({ depth }) => depth * OUTBOX_EVENT_MS,
  });
  /** Postgres's clock at the last answer. */
  let readUpTo: number | undefined;
  /** After a gap it is read some times over: replicas write what they kept meanwhile some moments after Postgres is back. */
  let gap: { readonly from: number; readonly readUntil: number } | undefined;

  /** The first poll fetches the whole history, later ones what is new; a gap is filled when Postgres is back. */
  async function readSeconds(clock: number): Promise<SecondCounts[]> {
    if (readUpTo !== undefined && clock - readUpTo > OVERLAP_SECONDS * 1_000) {
      gap = { from: readUpTo, readUntil: clock + OVERLAP_SECONDS * 1_000 };
    }
    const from = gap && clock < gap.readUntil ? gap.from : readUpTo;
    const behind = from === undefined ? HISTORY_SECONDS : Math.ceil((clock - from) / 1_000) + OVERLAP_SECONDS;
    const sinceSeconds = Math.min(HISTORY_SECONDS, behind);
    const parts = productIds.length === 0 ? [undefined] : productIds;
    const rows = await Promise.all(parts.map((productId) => sumRoleStats(pool, { sinceSeconds, productId })));
    return mergeRoles(rows.flat());
  }

  async function readStuck(): Promise<StuckOrders> {
    const orders = await findStuckOrders(pool, {
      olderThanMs: STUCK_AFTER_MS,
      limit: STUCK_BOUND,
      productIds: products,
    });
    return {
      count: orders.length,
      capped: orders.length >= STUCK_BOUND,
      oldestAgeMs: orders.length === 0 ? null : Math.max(...orders.map((order) => order.ageSeconds)) * 1_000,
    };
  }

  return {
    name: 'postgres',
    async poll() {
      const clock = (await readClock(pool)).getTime();
      const [seconds, { lines, auditedAt }, outbox, stuck] = await Promise.all([
        readSeconds(clock),
        readUnits(clock),
        readOutbox(),
        readStuck(),
      ]);
      readUpTo = clock;
      const stock = [...lines].sort((a, b) => a.productId.localeCompare(b.productId));
      return {
        source: 'postgres',
        clock,
        seconds,
        stock,
        auditedAt,
        outbox: outbox.value,
        stuck,
      };
    },
    close: () => pool.end(),
  };
}

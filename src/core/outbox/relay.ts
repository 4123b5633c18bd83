/** Carries committed events to Kafka: a fast hand-over for this process's own, a repairing pass for all that was left. */
import { createBackOff, pause } from '../back-off.js';
import type { Publisher } from '../kafka/port.js';
import type { Log } from '../log.js';
import { TOPICS } from '../names.js';
import type { Pool } from '../postgres/create-pool.js';
import { measureOutbox } from '../postgres/measure-outbox.js';
import type { RoleStats } from '../stats/role-stats.js';
import { createHandOver } from './hand-over.js';
import { createMarker } from './marker.js';
import type { OutboxRecord } from './record.js';
import { repairOutbox } from './repair-outbox.js';

export interface Relay {
  /** Hands over events that were committed just now. Never blocks, never fails, never drops: rows remain. */
  offer(records: readonly OutboxRecord[]): void;
  /** Begins the repairing pass. */
  start(): void;
  /** Unpublished events, of all processes as last counted or of this one now, whichever is more. */
  depth(): number;
  /** Age of the oldest unpublished event as last measured, in ms; null when there is none. */
  oldestAgeMs(): number | null;
  /** Sends and marks what this process still has in hand, as far as it can in some seconds; the rest stays in the outbox. */
  drain(): Promise<void>;
}

export interface RelayOptions {
  readonly pool: Pool;
  readonly publisher: Publisher;
  readonly log: Log;
  readonly stats: Pick<RoleStats, 'count'>;
  /** Milliseconds; for tests. */
  readonly times?: Partial<RelayTimes>;
}

interface RelayTimes {
  /** How often the repairing pass looks. */
  readonly repairEveryMs: number;
  /** Rows younger than this are left to the process that wrote them. */
  readonly repairOlderThanMs: number;
  readonly drainMs: number;
}

const TIMES: RelayTimes = { repairEveryMs: 1_000, repairOlderThanMs: 5_000, drainMs: 5_000 };
const ROWS_PER_REPAIR = 500;

/** I6: a row is marked published only after the broker's acknowledgement, so a crash anywhere only repeats events. */
export function createRelay(options: RelayOptions): Relay {
  const { pool, publisher, log, stats } = options;
  const times = { ...TIMES, ...options.times };
  const stopping = new AbortController();
  const marker = createMarker({ pool, log });
  const handOver = createHandOver({
    publisher,
    log,
    onPublished(records) {
      countPublished(records);
      marker.add(records.map((record) => record.eventId));
    },
  });
  let measured: Awaited<ReturnType<typeof measureOutbox>> = { depth: 0, oldestAgeMs: null };
  let measureAt = 0;
  let repairing: Promise<void> | undefined;

  /** `published` is orders handed to `consume`, not messages: that is what the rates are compared with. */
  function countPublished(records: readonly OutboxRecord[]): void {
    for (const { topics, order } of records) {
      if (topics.includes(TOPICS.reservations)) stats.count('published', order.productId);
    }
  }

  async function keepRepairing(): Promise<void> {
    const backOff = createBackOff({ firstMs: times.repairEveryMs, maxMs: 10_000 });
    let failing = false;
    while (!stopping.signal.aborted) {
      try {
        await repairAll();
        await measure();
        failing = false;
        backOff.reset();
        await pause(times.repairEveryMs, stopping.signal);
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'the repairing pass of the outbox waits');
        failing = true;
        await pause(backOff.next(), stopping.signal);
      }
    }
  }

  async function measure(): Promise<void> {
    const begun = performance.now();
    if (begun < measureAt) return;
    measured = await measureOutbox(pool);
    // Counting a long backlog takes a while: never more than a twentieth of the time.
    measureAt = begun + 20 * (performance.now() - begun);
  }

  async function repairAll(): Promise<void> {
    // While the hand-over fails the pass would too; and after an outage every process sends its own first, so
    // that few events are published twice.
    for (let more = true; more && !stopping.signal.aborted && !handOver.isFailing(); ) {
      const repaired = await repairOutbox({
        pool,
        publisher,
        olderThanMs: times.repairOlderThanMs,
        limit: ROWS_PER_REPAIR,
        isInHand: (eventId) => handOver.has(eventId) || marker.has(eventId),
      });
      if (repaired.published.length > 0)
        log.info({ events: repaired.published.length }, 'events republished');
      countPublished(repaired.published);
      more = repaired.more;
    }
  }

  return {
    offer: (records) => handOver.offer(records),
    start() {
      repairing ??= keepRepairing();
    },
    depth: () => Math.max(handOver.size(), measured.depth),
    oldestAgeMs: () => measured.oldestAgeMs,
    async drain() {
      stopping.abort();
      const deadline = AbortSignal.timeout(times.drainMs);
      await handOver.finish(deadline);
      await marker.finish();
      await repairing;
    },
  };
}

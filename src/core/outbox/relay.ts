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
import { repairOutbox, type Repaired } from './repair-outbox.js';

export interface Relay {
  /** Hands over events that were committed just now. Never blocks, never fails, never drops: rows remain. */
  offer(records: readonly OutboxRecord[]): void;
  /** Begins the repairing pass. */
  start(): void;
  /** Unpublished events of all processes: as last counted, and what this one has added since. */
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
  /** Events held in memory at most; for tests. */
  readonly capacity?: number;
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
/** How often the repairing pass looks while the outbox is behind. */
const CATCH_UP_EVERY_MS = 100;

/** I6: a row is marked published only after the broker's acknowledgement, so a crash anywhere only repeats events. */
export function createRelay(options: RelayOptions): Relay {
  const { pool, publisher, log, stats } = options;
  const times = { ...TIMES, ...options.times };
  const stopping = new AbortController();
  const marker = createMarker({ pool, log });
  const handOver = createHandOver({
    publisher,
    log,
    ...(options.capacity !== undefined && { capacity: options.capacity }),
    onPublished(records) {
      countPublished(records);
      marker.add(records.map((record) => record.eventId));
    },
  });
  /** Events offered less those published since the outbox was last measured. */
  let grownBy = 0;
  let measured: Awaited<ReturnType<typeof measureOutbox>> = { depth: 0, oldestAgeMs: null };
  let measureAt = 0;
  let repairing: Promise<void> | undefined;

  /** `published` is orders handed to `consume`, not messages: that is what the rates are compared with. */
  function countPublished(records: readonly OutboxRecord[]): void {
    grownBy -= records.length;
    for (const { topics, order } of records) {
      if (topics.includes(TOPICS.reservations)) stats.count('published', order.productId);
    }
  }

  async function keepRepairing(): Promise<void> {
    const backOff = createBackOff({ firstMs: times.repairEveryMs, maxMs: 10_000 });
    let failing = false;
    while (!stopping.signal.aborted) {
      // Each on its own: also a relay whose passes fail must know how deep the outbox is.
      const results = [await tried(repairAll), await tried(measure)];
      const failure = results.find((result) => result !== undefined);
      if (failure && !failing) log.warn({ err: failure }, 'the repairing pass of the outbox waits');
      failing = failure !== undefined;
      if (!failing) backOff.reset();
      const everyMs = handOver.isBehind() ? CATCH_UP_EVERY_MS : times.repairEveryMs;
      await pause(failing ? backOff.next() : everyMs, stopping.signal);
    }
  }

  async function measure(): Promise<void> {
    const begun = performance.now();
    if (begun < measureAt) return;
    const before = grownBy;
    measured = await measureOutbox(pool);
    grownBy -= before;
    // Counting a long backlog takes a while: never more than a twentieth of the time.
    measureAt = begun + 20 * (performance.now() - begun);
  }

  /**
   * Rows of some age are those that a process left behind. When there are more than one pass takes, the outbox is
   * behind: then all rows are for the passes, whose order is that of age, and the hand-over takes nothing until the
   * end.
   */
  async function repairAll(): Promise<void> {
    if (!handOver.isBehind()) {
      const { published, more } = await repairOnce(times.repairOlderThanMs);
      if (published.length === 0 || !more) return;
      handOver.fallBehind();
    }
    while (!stopping.signal.aborted) {
      // What is in hand goes first: it is older than what was not taken any more. And while it cannot be sent, a pass
      // could not send either.
      if (handOver.size() > 0) return;
      const { published, more } = await repairOnce(0);
      if (!more) break;
      // All of it was sent already and waits to be marked.
      if (published.length === 0) return;
      await measure();
    }
    handOver.catchUp();
    log.info('the outbox is caught up with');
    // What was committed after the last look and not taken yet.
    await repairOnce(0);
  }

  async function repairOnce(olderThanMs: number): Promise<Repaired> {
    const repaired = await repairOutbox({
      pool,
      publisher,
      olderThanMs,
      limit: ROWS_PER_REPAIR,
      // A pass under way when a send fails must not take what came after the failed batch before that batch.
      isInHand: (eventId) => handOver.isFailing() || handOver.has(eventId) || marker.has(eventId),
    });
    if (repaired.published.length > 0) log.info({ events: repaired.published.length }, 'events republished');
    countPublished(repaired.published);
    return repaired;
  }

  return {
    offer(records) {
      grownBy += records.filter(({ topics }) => topics.length > 0).length;
      handOver.offer(records);
    },
    start() {
      repairing ??= keepRepairing();
    },
    // While all is well the marks are a little late, and growth is not worth its errors.
    depth: () =>
      handOver.isBehind() ? Math.max(0, measured.depth + grownBy) : Math.max(handOver.size(), measured.depth),
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

/** @returns what it failed with */
async function tried(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error ?? new Error('unknown');
  }
}

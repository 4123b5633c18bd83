/** Takes events over right after their commit and sends them in order, as soon as the previous send is acknowledged. */
import { createBackOff, pause } from '../back-off.js';
import { toKafkaRecords } from '../kafka/events.js';
import type { Publisher } from '../kafka/port.js';
import type { Log } from '../log.js';
import { createPace } from '../pace.js';
import type { OutboxRecord } from './record.js';

export interface HandOver {
  /** Never blocks and never fails: what it does not take stays in the outbox for the repairing pass. */
  offer(records: readonly OutboxRecord[]): void;
  has(eventId: string): boolean;
  size(): number;
  /** True from a failed send until the next acknowledged one. */
  isFailing(): boolean;
  /**
   * True once the outbox has events that this process does not hold. It takes nothing more then: what is new would
   * overtake what is old.
   */
  isBehind(): boolean;
  /** The outbox has more than this process holds. */
  fallBehind(): void;
  /** The outbox is caught up with: events are taken again. */
  catchUp(): void;
  /** Resolves when nothing waits, or when sending fails or `signal` aborts. Takes nothing more. */
  finish(signal: AbortSignal): Promise<void>;
}

export interface HandOverOptions {
  readonly publisher: Publisher;
  readonly log: Log;
  /** Told after the broker's acknowledgement, before the next send. */
  readonly onPublished: (records: readonly OutboxRecord[]) => void;
  /** Events held in memory at most: about 20 MB, a quarter of a minute of a busy serve. */
  readonly capacity?: number;
}

/** One request of some hundred kilobytes: more gains nothing, and repeats after a failure stay few. */
export const EVENTS_PER_SEND = 500;
const CAPACITY = 20_000;
/**
 * From one send to the next at least. A send costs the process and the broker about as much for one event as for
 * thirty, and they take that time from the orders that come in: a busy process waits until it has more to send, a quiet
 * one has its sagas start sooner. The first event after a quiet moment goes at once.
 */
const PACE_MS = { quiet: 10, busy: 25 };
/** In one send, from which on a process counts as busy. */
const BUSY_EVENTS = 8;

/**
 * A failed batch stays and is sent again until the broker has it; all that came after it is left to the outbox, where
 * the repairing passes of all processes find it in the order of its age.
 */
export function createHandOver(options: HandOverOptions): HandOver {
  const { publisher, log, onPublished } = options;
  const capacity = options.capacity ?? CAPACITY;
  const backOff = createBackOff({ firstMs: 100, maxMs: 2_000 });
  const finishing = new AbortController();
  const pace = createPace(PACE_MS.quiet);
  const waiting = new Map<string, OutboxRecord>();
  let sending: Promise<void> | undefined;
  let failing = false;
  let behind = false;
  let sentLast = 0;

  async function sendAll(): Promise<void> {
    while (waiting.size > 0) {
      const early = pace(finishing.signal, sentLast < BUSY_EVENTS ? PACE_MS.quiet : PACE_MS.busy);
      if (early) await early;
      const batch = firstOf(waiting, EVENTS_PER_SEND);
      try {
        await publisher.publishBatch(batch.flatMap(toKafkaRecords));
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'Kafka takes no events; they wait in the outbox');
        failing = true;
        behind = true;
        keepOnly(batch);
        if (finishing.signal.aborted) return;
        await pause(backOff.next(), finishing.signal);
        continue;
      }
      if (failing) log.info('Kafka takes events again');
      failing = false;
      backOff.reset();
      for (const record of batch) waiting.delete(record.eventId);
      sentLast = batch.length;
      onPublished(batch);
    }
  }

  function keepOnly(batch: readonly OutboxRecord[]): void {
    waiting.clear();
    for (const record of batch) waiting.set(record.eventId, record);
  }

  return {
    offer(records) {
      if (finishing.signal.aborted) return;
      for (const record of records) {
        if (behind) return;
        if (record.topics.length === 0) continue;
        if (waiting.size >= capacity) {
          log.warn({ capacity }, 'too many events wait in memory; the rest waits in the outbox');
          behind = true;
          break;
        }
        waiting.set(record.eventId, record);
      }
      sending ??= sendAll().finally(() => (sending = undefined));
    },
    has: (eventId) => waiting.has(eventId),
    size: () => waiting.size,
    isFailing: () => failing,
    isBehind: () => behind,
    fallBehind: () => void (behind = true),
    catchUp: () => void (behind = false),
    async finish(signal) {
      finishing.abort();
      await Promise.race([sending, aborted(signal)]);
    },
  };
}

function firstOf(waiting: ReadonlyMap<string, OutboxRecord>, limit: number): OutboxRecord[] {
  const batch: OutboxRecord[] = [];
  for (const record of waiting.values()) {
    if (batch.length >= limit) break;
    batch.push(record);
  }
  return batch;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

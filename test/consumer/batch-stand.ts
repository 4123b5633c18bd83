/** Batches, and their handler on a real database: what it asks of Temporal and Kafka is answered here and kept. */
import { createBatchHandler } from '../../src/consumer/consume-batch.js';
import { createLimit } from '../../src/consumer/limit-concurrency.js';
import { AppError } from '../../src/core/errors.js';
import { toKafkaRecords } from '../../src/core/kafka/events.js';
import type { ConsumedBatch, ConsumedMessage, KafkaRecord } from '../../src/core/kafka/port.js';
import { createSilentLog } from '../../src/core/log.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import type { Pool } from '../../src/core/postgres/create-pool.js';

/** Beyond what a number holds exactly, on purpose. */
export const FIRST_OFFSET = 9_007_199_254_740_993n;

type Value = string | Buffer | null;

export interface BatchStand {
  /** What Temporal does. A test may put another in its place, also under a handler that is there already. */
  startSaga: (orderId: string) => Promise<'started' | 'already'>;
  /** What Kafka does; it can be replaced likewise. */
  bury: (records: readonly KafkaRecord[]) => Promise<void>;
  /** How often the saga of each order was started. */
  readonly sagas: Map<string, number>;
  readonly buried: KafkaRecord[];
  /** What was offered to the relay. */
  readonly offered: OutboxRecord[];
  readonly announced: OutboxRecord[];
  readonly counted: Record<string, number>;
  progress: number;
  /** Reasons by partition. */
  readonly waiting: Map<number, string>;
  createHandler(): (batch: ConsumedBatch) => Promise<void>;
}

/** One for a single test: it begins with nothing started and nothing buried. */
export function createBatchStand(pool: Pool): BatchStand {
  const sagas = new Map<string, number>();
  const buried: KafkaRecord[] = [];
  const offered: OutboxRecord[] = [];
  const announced: OutboxRecord[] = [];
  const counted: Record<string, number> = {};
  const waiting = new Map<number, string>();

  const stand: BatchStand = {
    startSaga(orderId) {
      const before = sagas.get(orderId) ?? 0;
      sagas.set(orderId, before + 1);
      return Promise.resolve(before === 0 ? 'started' : 'already');
    },
    bury: (records) => Promise.resolve(void buried.push(...records)),
    sagas,
    buried,
    offered,
    announced,
    counted,
    progress: 0,
    waiting,
    createHandler: () =>
      createBatchHandler({
        pool,
        publisher: { publishBatch: (records) => stand.bury(records), close: () => Promise.resolve() },
        relay: { offer: (records) => void offered.push(...records) },
        stats: {
          count: (code, _productId, n = 1) => void (counted[code] = (counted[code] ?? 0) + n),
          observe: (measure) =>
            void (counted[`${measure} observed`] = (counted[`${measure} observed`] ?? 0) + 1),
        },
        log: createSilentLog(),
        limit: createLimit(16),
        startSaga: (orderId) => stand.startSaga(orderId),
        announce: (changes) => void announced.push(...changes),
        onProgress: () => void (stand.progress += 1),
        waits: {
          set: ({ partition }, reason) => void waiting.set(partition, reason),
          clear: ({ partition }) => void waiting.delete(partition),
        },
      }),
  };
  return stand;
}

export function away(): AppError {
  return new AppError('UNAVAILABLE', 'Temporal does not answer');
}

export function offsetAt(index: number): string {
  return String(FIRST_OFFSET + BigInt(index));
}

export function messageOf(record: OutboxRecord): string {
  return String(toKafkaRecords(record)[0]?.value);
}

export function toMessages(values: readonly Value[]): ConsumedMessage[] {
  return values.map((value, index) => ({
    offset: offsetAt(index),
    key: null,
    value: value === null ? null : Buffer.from(value),
    headers: { traceparent: Buffer.from('00-ab-cd-01') },
  }));
}

/** @returns the batch, and what its handler has said about it */
export function createBatch(values: readonly Value[], overrides: Partial<ConsumedBatch> = {}) {
  const seen = { committed: [] as string[], pauses: [] as number[], heartbeats: 0 };
  const batch: ConsumedBatch = {
    topic: 't.orders.reservations',
    partition: 2,
    messages: toMessages(values),
    isCurrent: () => true,
    heartbeat: () => Promise.resolve(void (seen.heartbeats += 1)),
    commitThrough: (offset) => Promise.resolve(void seen.committed.push(offset)),
    pauseFor: (ms) => void seen.pauses.push(ms),
    ...overrides,
  };
  return { batch, seen };
}

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createBatchHandler } from '../../src/consumer/consume-batch.js';
import { createLimit } from '../../src/consumer/limit-concurrency.js';
import { DEAD_LETTER_HEADERS, REPLAYS_HEADER } from '../../src/core/dead-letters/letter-headers.js';
import { AppError } from '../../src/core/errors.js';
import { toKafkaRecords } from '../../src/core/kafka/events.js';
import type { ConsumedBatch, ConsumedMessage, KafkaRecord } from '../../src/core/kafka/port.js';
import { createSilentLog } from '../../src/core/log.js';
import { TOPICS } from '../../src/core/names.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { endOrders } from '../../src/core/postgres/end-orders.js';
import { findTimeline } from '../../src/core/postgres/find-timeline.js';
import { acceptSome } from '../support/accepted-orders.js';
import { outboxRecord } from '../support/outbox-record.js';
import { createSpace, type Space } from '../support/space.js';

/** Beyond what a number holds exactly, on purpose. */
const FIRST_OFFSET = 9_007_199_254_740_993n;
const away = () => new AppError('UNAVAILABLE', 'Temporal does not answer');

describe('consume, batch by batch', () => {
  let space: Space;
  const sagas = new Map<string, number>();
  let startSaga: (orderId: string) => Promise<'started' | 'already'>;
  let buried: KafkaRecord[] = [];
  let bury: (records: readonly KafkaRecord[]) => Promise<void>;
  let offered: OutboxRecord[] = [];
  let announced: OutboxRecord[] = [];
  let counted: Record<string, number> = {};
  let progress = 0;
  const waiting = new Map<number, string>();

  beforeAll(async () => {
    space = await createSpace('consume-batch');
  });
  afterAll(() => space.close());
  beforeEach(() => {
    sagas.clear();
    waiting.clear();
    buried = [];
    offered = [];
    announced = [];
    counted = {};
    progress = 0;
    startSaga = (orderId) => {
      const before = sagas.get(orderId) ?? 0;
      sagas.set(orderId, before + 1);
      return Promise.resolve(before === 0 ? 'started' : 'already');
    };
    bury = (records) => Promise.resolve(void buried.push(...records));
  });

  const createHandler = () =>
    createBatchHandler({
      pool: space.pool,
      publisher: { publishBatch: (records) => bury(records), close: () => Promise.resolve() },
      relay: { offer: (records) => void offered.push(...records) },
      stats: {
        count: (code, _productId, n = 1) => void (counted[code] = (counted[code] ?? 0) + n),
        observe: (measure) =>
          void (counted[`${measure} observed`] = (counted[`${measure} observed`] ?? 0) + 1),
      },
      log: createSilentLog(),
      limit: createLimit(16),
      startSaga: (orderId) => startSaga(orderId),
      announce: (changes) => void announced.push(...changes),
      onProgress: () => void (progress += 1),
      waits: {
        set: ({ partition }, reason) => void waiting.set(partition, reason),
        clear: ({ partition }) => void waiting.delete(partition),
      },
    });

  const toMessages = (values: readonly (string | Buffer | null)[]): ConsumedMessage[] =>
    values.map((value, index) => ({
      offset: String(FIRST_OFFSET + BigInt(index)),
      key: null,
      value: value === null ? null : Buffer.from(value),
      headers: { traceparent: Buffer.from('00-ab-cd-01') },
    }));
  const messageOf = (record: OutboxRecord) => String(toKafkaRecords(record)[0]?.value);

  function createBatch(values: readonly (string | Buffer | null)[], overrides: Partial<ConsumedBatch> = {}) {
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
  const offsetAt = (index: number) => String(FIRST_OFFSET + BigInt(index));

  it('starts one saga per order, tracks it, tells the streams, and commits behind each chunk', async () => {
    const records = await acceptSome(space.pool, 250);
    const { batch, seen } = createBatch(records.map(messageOf));
    await createHandler()(batch);
    expect(sagas.size).toBe(250);
    expect([...sagas.values()].every((starts) => starts === 1)).toBe(true);
    expect(seen.committed).toEqual([offsetAt(99), offsetAt(199), offsetAt(249)]);
    expect(seen.heartbeats).toBeGreaterThanOrEqual(3);
    expect(offered).toHaveLength(250);
    expect(offered[0]).toMatchObject({ version: 2, topics: [TOPICS.created, TOPICS.progress] });
    expect(announced).toHaveLength(250);
    expect(counted).toEqual({ started: 250, 'start observed': 250 });
  });

  it('gives one saga and one tracking event to an order whose message comes again', async () => {
    const records = await acceptSome(space.pool, 5);
    const values = records.map(messageOf);
    const handle = createHandler();
    await handle(createBatch([...values, ...values]).batch);
    const again = createBatch(values);
    await handle(again.batch);
    expect([...sagas.values()]).toEqual([2, 2, 2, 2, 2]);
    expect(counted).toMatchObject({ started: 5, skipped: 5 });
    expect(offered).toHaveLength(5);
    expect(again.seen.committed).toEqual([offsetAt(4)]);
    const timeline = await findTimeline(space.pool, records[0]?.orderId ?? '');
    expect(timeline.map((event) => event.version)).toEqual([1, 2]);
  });

  it('passes over an order that is no longer PENDING', async () => {
    const [record] = await acceptSome(space.pool, 1);
    await endOrders(space.pool, [
      { orderId: record?.orderId ?? '', status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' },
    ]);
    const { batch, seen } = createBatch([messageOf(record as OutboxRecord)]);
    await createHandler()(batch);
    expect(sagas.size).toBe(0);
    expect(counted).toEqual({ skipped: 1 });
    expect(seen.committed).toEqual([offsetAt(0)]);
  });

  it('commits nothing of a chunk while Temporal is away, and all of it afterwards without a second start', async () => {
    const records = await acceptSome(space.pool, 150);
    const failing = new Set(records.slice(120, 130).map((record) => record.orderId));
    const start = startSaga;
    let refused = 0;
    startSaga = (orderId) => {
      if (!failing.has(orderId)) return start(orderId);
      refused += 1;
      return Promise.reject(away());
    };
    const handle = createHandler();
    const values = records.map(messageOf);
    const first = createBatch(values);
    await handle(first.batch);
    expect(refused, 'the fault must have fired').toBeGreaterThan(0);
    expect(first.seen.committed).toEqual([offsetAt(99)]);
    expect(first.seen.pauses).toHaveLength(1);
    expect(waiting.get(2)).toMatch(/Temporal does not answer/);
    expect(counted['retried']).toBe(50);
    expect(progress).toBe(2);

    startSaga = start;
    const rest = createBatch(values.slice(100));
    await handle(rest.batch);
    expect(rest.seen.committed).toEqual([offsetAt(49)]);
    expect(sagas.size).toBe(150);
    expect(counted['started']).toBe(150);
    expect(offered).toHaveLength(150);
    expect(waiting.size).toBe(0);
  });

  it('waits longer each time, and shortly again after it got on', async () => {
    const [record] = await acceptSome(space.pool, 1);
    const start = startSaga;
    startSaga = () => Promise.reject(away());
    const handle = createHandler();
    const pauses: number[] = [];
    const one = async () => {
      const { batch, seen } = createBatch([messageOf(record as OutboxRecord)]);
      await handle(batch);
      pauses.push(...seen.pauses);
    };
    for (let attempt = 0; attempt < 8; attempt += 1) await one();
    expect(Math.max(...pauses)).toBeLessThanOrEqual(6_250);
    expect(pauses.at(-1)).toBeGreaterThan(3_000);
    startSaga = start;
    await one();
    startSaga = () => Promise.reject(away());
    await one();
    expect(pauses.at(-1)).toBeLessThan(500);
  });

  it('counts a fault of our own as no progress, so that the process ends instead of waiting for ever', async () => {
    const [record] = await acceptSome(space.pool, 1);
    startSaga = () => Promise.reject(new TypeError('a mistake'));
    const { batch, seen } = createBatch([messageOf(record as OutboxRecord)]);
    await createHandler()(batch);
    expect(progress).toBe(0);
    expect(seen.committed).toEqual([]);
    expect(seen.pauses).toHaveLength(1);
  });

  it('puts what can never work with the dead letters, as it was and with its origin, and goes on', async () => {
    const [record] = await acceptSome(space.pool, 1);
    const unknown = outboxRecord();
    const broken = Buffer.from([0xff, 0x00, 0x7b]);
    const { batch, seen } = createBatch([
      broken,
      messageOf(unknown),
      '{"schemaVersion":1}',
      null,
      messageOf(record as OutboxRecord),
    ]);
    await createHandler()(batch);
    expect(seen.committed).toEqual([offsetAt(4)]);
    expect(sagas.get(record?.orderId ?? '')).toBe(1);
    expect(buried.map(({ topic, headers }) => [topic, headers?.[DEAD_LETTER_HEADERS.reason]])).toEqual([
      [TOPICS.deadLetters, 'NOT_JSON'],
      [TOPICS.deadLetters, 'UNKNOWN_ORDER'],
      [TOPICS.deadLetters, 'INVALID'],
      [TOPICS.deadLetters, 'NOT_JSON'],
    ]);
    expect(buried[0]?.value).toEqual(broken);
    expect(buried[3]?.value).toBeNull();
    expect(buried[1]?.headers).toMatchObject({
      traceparent: Buffer.from('00-ab-cd-01'),
      [DEAD_LETTER_HEADERS.topic]: 't.orders.reservations',
      [DEAD_LETTER_HEADERS.partition]: '2',
      [DEAD_LETTER_HEADERS.offset]: offsetAt(1),
      [DEAD_LETTER_HEADERS.attempts]: '1',
    });
    expect(Date.parse(String(buried[1]?.headers?.[DEAD_LETTER_HEADERS.failedAt]))).not.toBeNaN();
    expect(counted).toMatchObject({ dead_lettered: 4, started: 1 });
  });

  it('stops the offset when a dead letter cannot be written', async () => {
    let refused = 0;
    bury = () => {
      refused += 1;
      return Promise.reject(new AppError('UNAVAILABLE', 'Kafka does not answer'));
    };
    const { batch, seen } = createBatch(['not json']);
    await createHandler()(batch);
    expect(refused, 'the fault must have fired').toBe(1);
    expect(seen.committed).toEqual([]);
    expect(seen.pauses).toHaveLength(1);
  });

  describe('with a message that fails again and again for a reason of its own', () => {
    const poison = (records: readonly OutboxRecord[], ...at: number[]) => {
      const orderIds = new Set(at.map((index) => records[index]?.orderId));
      const start = startSaga;
      const refused = new Map<string, number>();
      startSaga = (orderId) => {
        if (!orderIds.has(orderId)) return start(orderId);
        refused.set(orderId, (refused.get(orderId) ?? 0) + 1);
        return Promise.reject(new TypeError('this one cannot be started'));
      };
      return refused;
    };
    /** Delivers what is uncommitted again, as the client does, until all is committed. @returns how often it took */
    const deliver = async (values: readonly string[], most = 10): Promise<number> => {
      const handle = createHandler();
      let from = 0;
      for (let deliveries = 1; deliveries <= most; deliveries += 1) {
        const messages = toMessages(values).slice(from);
        const { batch, seen } = createBatch([], { messages });
        await handle(batch);
        const last = seen.committed.at(-1);
        if (last !== undefined) from = Number(BigInt(last) - FIRST_OFFSET) + 1;
        if (from === values.length) return deliveries;
        expect(seen.pauses).toHaveLength(1);
      }
      throw new Error(`only ${from} of ${values.length} were committed`);
    };

    it('buries it after five attempts and goes on; its neighbours do not wait and are started once', async () => {
      const records = await acceptSome(space.pool, 20);
      poison(records, 7);
      const handle = createHandler();
      const first = createBatch(records.map(messageOf));
      await handle(first.batch);
      expect(first.seen.committed, 'only what is before it').toEqual([offsetAt(6)]);
      expect(sagas.size, 'also those behind it').toBe(19);
      expect(buried).toEqual([]);
      expect(waiting.get(2)).toMatch(/this one cannot be started/);
      sagas.clear();

      expect(await deliver(records.map(messageOf))).toBe(5);
      expect(buried).toHaveLength(1);
      expect(buried[0]?.value?.toString()).toBe(messageOf(records[7] as OutboxRecord));
      expect(buried[0]?.headers).toMatchObject({
        traceparent: Buffer.from('00-ab-cd-01'),
        [DEAD_LETTER_HEADERS.reason]: 'TOO_MANY_ATTEMPTS',
        [DEAD_LETTER_HEADERS.detail]: 'this one cannot be started',
        [DEAD_LETTER_HEADERS.attempts]: '5',
        [DEAD_LETTER_HEADERS.offset]: offsetAt(7),
        [DEAD_LETTER_HEADERS.partition]: '2',
      });
      expect(waiting.size).toBe(0);
    });

    it('buries each of several once, with what was unusable between them', async () => {
      const records = await acceptSome(space.pool, 6);
      poison(records, 1, 4);
      const values = records.map(messageOf);
      values[2] = 'not json';
      expect(await deliver(values)).toBe(5);
      expect(buried.map(({ headers }) => headers?.[DEAD_LETTER_HEADERS.reason])).toEqual([
        'TOO_MANY_ATTEMPTS',
        'NOT_JSON',
        'TOO_MANY_ATTEMPTS',
      ]);
      expect(sagas.size).toBe(3);
    });

    it('never counts a store that is away as an attempt', async () => {
      const records = await acceptSome(space.pool, 3);
      const refused = poison(records, 1);
      const failOnce = startSaga;
      let outages = 0;
      const handle = createHandler();
      const values = records.map(messageOf);
      const once = async () => {
        const { batch, seen } = createBatch(values);
        await handle(batch);
        return seen.committed;
      };
      for (let attempt = 0; attempt < 3; attempt += 1) await once();
      startSaga = () => {
        outages += 1;
        return Promise.reject(away());
      };
      for (let attempt = 0; attempt < 20; attempt += 1) await once();
      expect(outages, 'the fault must have fired').toBeGreaterThanOrEqual(20);
      expect(buried).toEqual([]);
      startSaga = failOnce;
      await once();
      expect(buried).toEqual([]);
      await once();
      expect(buried).toHaveLength(1);
      expect(refused.size).toBe(1);
    });

    it.each([
      ['a database that is not migrated', new AppError('SCHEMA_MISSING', 'the database is not migrated')],
      ['a namespace that is refused', new AppError('CONFIG_INVALID', 'Temporal refuses this namespace')],
      ['a broken disk of PostgreSQL', Object.assign(new Error('could not read block'), { code: '58030' })],
    ])('never counts %s', async (_what, error) => {
      const records = await acceptSome(space.pool, 1);
      startSaga = () => Promise.reject(error);
      const handle = createHandler();
      for (let delivery = 0; delivery < 8; delivery += 1) {
        const { batch, seen } = createBatch(records.map(messageOf));
        await handle(batch);
        expect(seen.committed).toEqual([]);
      }
      expect(buried).toEqual([]);
      expect(progress).toBe(0);
    });

    it('stops the offset when it cannot be buried, and buries it when that works again', async () => {
      const records = await acceptSome(space.pool, 2);
      poison(records, 0);
      const write = bury;
      let refused = 0;
      bury = () => {
        refused += 1;
        return Promise.reject(new AppError('UNAVAILABLE', 'Kafka does not answer'));
      };
      const handle = createHandler();
      for (let delivery = 0; delivery < 8; delivery += 1) {
        const { batch, seen } = createBatch(records.map(messageOf));
        await handle(batch);
        expect(seen.committed).toEqual([]);
      }
      expect(refused, 'the fault must have fired').toBe(4);
      bury = write;
      const { batch, seen } = createBatch(records.map(messageOf));
      await handle(batch);
      expect(seen.committed).toEqual([offsetAt(1)]);
      expect(buried).toHaveLength(1);
    });

    it('keeps the count of its replays when it is buried again', async () => {
      const records = await acceptSome(space.pool, 1);
      poison(records, 0);
      const messages = toMessages(records.map(messageOf)).map((message) => ({
        ...message,
        headers: { ...message.headers, [REPLAYS_HEADER]: Buffer.from('2') },
      }));
      const handle = createHandler();
      for (let delivery = 0; delivery < 5; delivery += 1) {
        await handle(createBatch([], { messages }).batch);
      }
      expect(buried[0]?.headers?.[REPLAYS_HEADER]).toEqual(Buffer.from('2'));
    });
  });

  it('keeps events of a newer version where they are, handles those before them and says so', async () => {
    const [record] = await acceptSome(space.pool, 1);
    const newer = JSON.stringify({ schemaVersion: 2, orderId: randomUUID() });
    const { batch, seen } = createBatch([messageOf(record as OutboxRecord), newer, 'not json']);
    await createHandler()(batch);
    expect(seen.committed).toEqual([offsetAt(0)]);
    expect(seen.pauses).toEqual([30_000]);
    expect(buried).toEqual([]);
    expect(waiting.get(2)).toMatch(/schema version 2 need a newer consumer/);
  });

  it('ends without committing once the partition is gone', async () => {
    const records = await acceptSome(space.pool, 150);
    let current = true;
    const { batch, seen } = createBatch(records.map(messageOf), {
      isCurrent: () => current,
      heartbeat: () => {
        current = false;
        return Promise.resolve();
      },
    });
    await createHandler()(batch);
    expect(seen.committed).toEqual([offsetAt(99)]);
    expect(sagas.size).toBe(100);
  });

  it('commits nothing when the membership ended while it worked, and lets the client see why', async () => {
    const [record] = await acceptSome(space.pool, 1);
    const rebalance = Object.assign(new Error('the group is rebalancing'), { type: 'REBALANCE_IN_PROGRESS' });
    let beaten: () => void = () => undefined;
    const heartbeatSeen = new Promise<void>((resolve) => (beaten = resolve));
    const start = startSaga;
    startSaga = async (orderId) => {
      await heartbeatSeen;
      return start(orderId);
    };
    const { batch, seen } = createBatch([messageOf(record as OutboxRecord)], {
      heartbeat: () => {
        beaten();
        return Promise.reject(rebalance);
      },
    });
    await expect(createHandler()(batch)).rejects.toBe(rebalance);
    expect(seen.committed).toEqual([]);
    expect(sagas.size).toBe(1);
  });
});

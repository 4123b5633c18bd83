import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEAD_LETTER_HEADERS, REPLAYS_HEADER } from '../../src/core/dead-letters/letter-headers.js';
import { AppError } from '../../src/core/errors.js';
import { TOPICS } from '../../src/core/names.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { acceptSome } from '../support/accepted-orders.js';
import { outboxRecord } from '../support/outbox-record.js';
import { createSpace, type Space } from '../support/space.js';
import {
  away,
  createBatch,
  createBatchStand,
  FIRST_OFFSET,
  messageOf,
  offsetAt,
  toMessages,
  type BatchStand,
} from './batch-stand.js';

describe('consume, batch by batch', () => {
  let space: Space;
  let stand: BatchStand;

  beforeAll(async () => {
    space = await createSpace('poison-messages');
  });
  afterAll(() => space.close());
  beforeEach(() => {
    stand = createBatchStand(space.pool);
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
    await stand.createHandler()(batch);
    expect(seen.committed).toEqual([offsetAt(4)]);
    expect(stand.sagas.get(record?.orderId ?? '')).toBe(1);
    expect(stand.buried.map(({ topic, headers }) => [topic, headers?.[DEAD_LETTER_HEADERS.reason]])).toEqual([
      [TOPICS.deadLetters, 'NOT_JSON'],
      [TOPICS.deadLetters, 'UNKNOWN_ORDER'],
      [TOPICS.deadLetters, 'INVALID'],
      [TOPICS.deadLetters, 'NOT_JSON'],
    ]);
    expect(stand.buried[0]?.value).toEqual(broken);
    expect(stand.buried[3]?.value).toBeNull();
    expect(stand.buried[1]?.headers).toMatchObject({
      traceparent: Buffer.from('00-ab-cd-01'),
      [DEAD_LETTER_HEADERS.topic]: 't.orders.reservations',
      [DEAD_LETTER_HEADERS.partition]: '2',
      [DEAD_LETTER_HEADERS.offset]: offsetAt(1),
      [DEAD_LETTER_HEADERS.attempts]: '1',
    });
    expect(Date.parse(String(stand.buried[1]?.headers?.[DEAD_LETTER_HEADERS.failedAt]))).not.toBeNaN();
    expect(stand.counted).toMatchObject({ dead_lettered: 4, started: 1 });
  });

  it('stops the offset when a dead letter cannot be written', async () => {
    let refused = 0;
    stand.bury = () => {
      refused += 1;
      return Promise.reject(new AppError('UNAVAILABLE', 'Kafka does not answer'));
    };
    const { batch, seen } = createBatch(['not json']);
    await stand.createHandler()(batch);
    expect(refused, 'the fault must have fired').toBe(1);
    expect(seen.committed).toEqual([]);
    expect(seen.pauses).toHaveLength(1);
  });

  describe('with a message that fails again and again for a reason of its own', () => {
    const poison = (records: readonly OutboxRecord[], ...at: number[]) => {
      const orderIds = new Set(at.map((index) => records[index]?.orderId));
      const start = stand.startSaga;
      const refused = new Map<string, number>();
      stand.startSaga = (orderId) => {
        if (!orderIds.has(orderId)) return start(orderId);
        refused.set(orderId, (refused.get(orderId) ?? 0) + 1);
        return Promise.reject(new TypeError('this one cannot be started'));
      };
      return refused;
    };
    /** Delivers what is uncommitted again, as the client does, until all is committed. @returns how often it took */
    const deliver = async (values: readonly string[], most = 10): Promise<number> => {
      const handle = stand.createHandler();
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
      const handle = stand.createHandler();
      const first = createBatch(records.map(messageOf));
      await handle(first.batch);
      expect(first.seen.committed, 'only what is before it').toEqual([offsetAt(6)]);
      expect(stand.sagas.size, 'also those behind it').toBe(19);
      expect(stand.buried).toEqual([]);
      expect(stand.waiting.get(2)).toMatch(/this one cannot be started/);
      stand.sagas.clear();

      expect(await deliver(records.map(messageOf))).toBe(5);
      expect(stand.buried).toHaveLength(1);
      expect(stand.buried[0]?.value?.toString()).toBe(messageOf(records[7] as OutboxRecord));
      expect(stand.buried[0]?.headers).toMatchObject({
        traceparent: Buffer.from('00-ab-cd-01'),
        [DEAD_LETTER_HEADERS.reason]: 'TOO_MANY_ATTEMPTS',
        [DEAD_LETTER_HEADERS.detail]: 'this one cannot be started',
        [DEAD_LETTER_HEADERS.attempts]: '5',
        [DEAD_LETTER_HEADERS.offset]: offsetAt(7),
        [DEAD_LETTER_HEADERS.partition]: '2',
      });
      expect(stand.waiting.size).toBe(0);
    });

    it('buries each of several once, with what was unusable between them', async () => {
      const records = await acceptSome(space.pool, 6);
      poison(records, 1, 4);
      const values = records.map(messageOf);
      values[2] = 'not json';
      expect(await deliver(values)).toBe(5);
      expect(stand.buried.map(({ headers }) => headers?.[DEAD_LETTER_HEADERS.reason])).toEqual([
        'TOO_MANY_ATTEMPTS',
        'NOT_JSON',
        'TOO_MANY_ATTEMPTS',
      ]);
      expect(stand.sagas.size).toBe(3);
    });

    it('never counts a store that is away as an attempt', async () => {
      const records = await acceptSome(space.pool, 3);
      const refused = poison(records, 1);
      const failOnce = stand.startSaga;
      let outages = 0;
      const handle = stand.createHandler();
      const values = records.map(messageOf);
      const once = async () => {
        const { batch, seen } = createBatch(values);
        await handle(batch);
        return seen.committed;
      };
      for (let attempt = 0; attempt < 3; attempt += 1) await once();
      stand.startSaga = () => {
        outages += 1;
        return Promise.reject(away());
      };
      for (let attempt = 0; attempt < 20; attempt += 1) await once();
      expect(outages, 'the fault must have fired').toBeGreaterThanOrEqual(20);
      expect(stand.buried).toEqual([]);
      stand.startSaga = failOnce;
      await once();
      expect(stand.buried).toEqual([]);
      await once();
      expect(stand.buried).toHaveLength(1);
      expect(refused.size).toBe(1);
    });

    it.each([
      ['a database that is not migrated', new AppError('SCHEMA_MISSING', 'the database is not migrated')],
      ['a namespace that is refused', new AppError('CONFIG_INVALID', 'Temporal refuses this namespace')],
      ['a broken disk of PostgreSQL', Object.assign(new Error('could not read block'), { code: '58030' })],
    ])('never counts %s', async (_what, error) => {
      const records = await acceptSome(space.pool, 1);
      stand.startSaga = () => Promise.reject(error);
      const handle = stand.createHandler();
      for (let delivery = 0; delivery < 8; delivery += 1) {
        const { batch, seen } = createBatch(records.map(messageOf));
        await handle(batch);
        expect(seen.committed).toEqual([]);
      }
      expect(stand.buried).toEqual([]);
      expect(stand.progress).toBe(0);
    });

    it('stops the offset when it cannot be buried, and buries it when that works again', async () => {
      const records = await acceptSome(space.pool, 2);
      poison(records, 0);
      const write = stand.bury;
      let refused = 0;
      stand.bury = () => {
        refused += 1;
        return Promise.reject(new AppError('UNAVAILABLE', 'Kafka does not answer'));
      };
      const handle = stand.createHandler();
      for (let delivery = 0; delivery < 8; delivery += 1) {
        const { batch, seen } = createBatch(records.map(messageOf));
        await handle(batch);
        expect(seen.committed).toEqual([]);
      }
      expect(refused, 'the fault must have fired').toBe(4);
      stand.bury = write;
      const { batch, seen } = createBatch(records.map(messageOf));
      await handle(batch);
      expect(seen.committed).toEqual([offsetAt(1)]);
      expect(stand.buried).toHaveLength(1);
    });

    it('keeps the count of its replays when it is buried again', async () => {
      const records = await acceptSome(space.pool, 1);
      poison(records, 0);
      const messages = toMessages(records.map(messageOf)).map((message) => ({
        ...message,
        headers: { ...message.headers, [REPLAYS_HEADER]: Buffer.from('2') },
      }));
      const handle = stand.createHandler();
      for (let delivery = 0; delivery < 5; delivery += 1) {
        await handle(createBatch([], { messages }).batch);
      }
      expect(stand.buried[0]?.headers?.[REPLAYS_HEADER]).toEqual(Buffer.from('2'));
    });
  });
});

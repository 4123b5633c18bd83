import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import type { Publisher } from '../../../src/core/kafka/port.js';
import { createSilentLog } from '../../../src/core/log.js';
import { TOPICS } from '../../../src/core/names.js';
import { createRelay, type Relay, type RelayOptions } from '../../../src/core/outbox/relay.js';
import type { Pool } from '../../../src/core/postgres/create-pool.js';
import { measureOutbox } from '../../../src/core/postgres/measure-outbox.js';
import type { OutboxRecord } from '../../../src/core/outbox/record.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { readTopic, type TopicReader } from '../../support/read-topic.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';

describe('the relay', () => {
  let space: Space;
  let publisher: Publisher;
  let reader: TopicReader;
  let relays: Relay[] = [];
  const counted: string[] = [];

  beforeAll(async () => {
    space = await createSpace('relay');
    await space.topics();
    publisher = createPublisher(space.config(), createSilentLog());
    reader = await readTopic(
      { prefix: space.prefix, brokers: space.config().kafkaBrokers },
      TOPICS.reservations,
    );
  });
  afterAll(async () => {
    await reader.close();
    await publisher.close();
    await space.close();
  });
  beforeEach(() => {
    relays = [];
    counted.length = 0;
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.drain()));
  });

  const start = (own: Publisher = publisher, times = {}, more: Partial<RelayOptions> = {}) => {
    const relay = createRelay({
      pool: space.pool,
      publisher: own,
      ...more,
      log: createSilentLog(),
      stats: { count: (code, productId) => void counted.push(`${code} ${productId}`) },
      times: { repairEveryMs: 50, repairOlderThanMs: 60_000, ...times },
    });
    relays.push(relay);
    relay.start();
    return relay;
  };
  const outbox = () => measureOutbox(space.pool);
  const readIds = (ids: readonly string[]) => {
    const wanted = new Set(ids);
    return reader.messages.flatMap(({ json }) =>
      wanted.has(String(json?.['orderId'])) ? [String(json?.['orderId'])] : [],
    );
  };

  it('publishes what it is offered, once, and marks it after the acknowledgement', async () => {
    const relay = start();
    const records = await acceptSome(space.pool, 120);
    relay.offer(records);
    await waitFor(async () => (await outbox()).depth === 0, { what: 'all events to be marked' });
    const ids = records.map((record) => record.orderId);
    await waitFor(() => readIds(ids).length >= 120, { what: 'all events in the topic' });
    expect(new Set(readIds(ids)).size).toBe(120);
    expect(counted).toHaveLength(120);
    expect(counted[0]).toBe('published tee');
  });

  it('leaves rows unmarked when the broker does not acknowledge, and publishes all of them when it does again', async () => {
    let refusals = 0;
    let refusing = true;
    const relay = start({
      publishBatch(records) {
        if (!refusing) return publisher.publishBatch(records);
        refusals += 1;
        return Promise.reject(new Error('away'));
      },
      close: () => Promise.resolve(),
    });
    const records = await acceptSome(space.pool, 30);
    relay.offer(records);
    await waitFor(() => refusals > 1, { what: 'refused sends' });
    expect(await outbox()).toMatchObject({ depth: 30 });
    await waitFor(() => relay.depth() === 30, { what: 'the depth to show' });
    refusing = false;
    await waitFor(async () => (await outbox()).depth === 0, { what: 'all events to be marked' });
    await waitFor(() => relay.depth() === 0 && relay.oldestAgeMs() === null, { what: 'the depth to fall' });
    const ids = records.map((record) => record.orderId);
    await waitFor(() => new Set(readIds(ids)).size === 30, { what: 'all events in the topic' });
  });

  it('leaves rows unmarked when the repairing pass is not acknowledged either', async () => {
    let refusals = 0;
    let refusing = true;
    start(
      {
        publishBatch(records) {
          if (!refusing) return publisher.publishBatch(records);
          refusals += 1;
          return Promise.reject(new Error('away'));
        },
        close: () => Promise.resolve(),
      },
      { repairOlderThanMs: 0 },
    );
    const records = await acceptSome(space.pool, 10);
    await waitFor(() => refusals > 1, { what: 'refused passes' });
    expect(await outbox()).toMatchObject({ depth: 10 });
    refusing = false;
    await waitFor(async () => (await outbox()).depth === 0, { what: 'all events to be marked' });
    const ids = records.map((record) => record.orderId);
    await waitFor(() => new Set(readIds(ids)).size === 10, { what: 'all events in the topic' });
  });

  /** The first time each order is in the topic, by partition: repeats are allowed. */
  const firstTimes = (records: readonly OutboxRecord[]) => {
    const eventIds = new Map(records.map((record) => [record.orderId, Number(record.eventId)]));
    return [0, 1, 2].map((partition) => {
      const inTopic = reader.messages.flatMap((message) =>
        message.partition === partition ? (eventIds.get(message.key ?? '') ?? []) : [],
      );
      return [...new Set(inTopic)];
    });
  };

  it('drains a backlog by age, whoever left it, and lets no new event overtake it', async () => {
    // Left by a process that is gone: more than one pass takes.
    const gone = await acceptSome(space.pool, 1_200);
    let refusals = 0;
    let refusing = true;
    const relay = start(
      {
        publishBatch(records) {
          if (!refusing) return publisher.publishBatch(records);
          refusals += 1;
          return Promise.reject(new Error('away'));
        },
        close: () => Promise.resolve(),
      },
      { repairOlderThanMs: 0 },
      { capacity: 100 },
    );
    const offered: OutboxRecord[] = [];
    const accept = async () => {
      const records = await acceptSome(space.pool, 50);
      relay.offer(records);
      offered.push(...records);
    };
    for (let n = 0; n < 8; n += 1) await accept();
    await waitFor(() => refusals > 1, { what: 'refused sends' });
    expect(await outbox()).toMatchObject({ depth: 1_600 });
    expect(relay.depth()).toBeGreaterThanOrEqual(1_600);
    // Those first offered were in flight when the broker went; their process sends them before all others.
    const backlog = [...gone, ...offered.slice(50)];
    const last = backlog.at(-1)?.eventId ?? '';
    const left = async () => {
      const { rows } = await space.pool.query<{ left: number }>(
        'select count(*)::integer as left from order_events where published_at is null and event_id <= $1',
        [last],
      );
      return rows[0]?.left ?? 0;
    };
    refusing = false;
    while ((await left()) > 0) await accept();
    const newer = offered.slice(400);
    expect(newer.length).toBeGreaterThan(0);

    const ids = [...gone, ...offered].map((record) => record.orderId);
    await waitFor(() => new Set(readIds(ids)).size === ids.length, { what: 'all events in the topic' });
    for (const inTopic of firstTimes(backlog)) expect(inTopic).toEqual(inTopic.toSorted((a, b) => a - b));
    for (const inTopic of firstTimes([...backlog, ...newer])) {
      const lastOfBacklog = inTopic.findLastIndex((id) => id <= Number(last));
      expect(inTopic.slice(0, lastOfBacklog).every((id) => id <= Number(last))).toBe(true);
    }
  });

  it('takes nothing past a send that fails while a pass is under way', async () => {
    const sent: string[] = [];
    let refuse: () => void = () => undefined;
    const refused = new Promise<never>((_, reject) => (refuse = () => reject(new Error('away'))));
    let sends = 0;
    let refusing = true;
    const away: Publisher = {
      publishBatch(records) {
        sends += 1;
        if (sends === 1) return refused;
        if (refusing) return Promise.reject(new Error('away'));
        sent.push(...records.map((record) => String(record.key)));
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    let looked = false;
    /** The send fails when the pass has looked, and before it decides what of that is its own. */
    const pool: Pool = {
      ...space.pool,
      query: (statement, values) => space.pool.query(statement, values),
      async connect() {
        const client = await space.pool.connect();
        return {
          release: (destroy) => client.release(destroy),
          async query(statement, values) {
            const result = await client.query(statement, values);
            const text = typeof statement === 'string' ? statement : statement.text;
            if (text.includes('skip locked') && result.rows.length === 30 && !looked) {
              looked = true;
              refuse();
              await waitFor(() => sends > 1, { what: 'the failed batch to be tried again' });
              refusing = false;
            }
            return result as never;
          },
        };
      },
    };
    const records = await acceptSome(space.pool, 30);
    const relay = start(away, { repairOlderThanMs: 0 }, { pool });
    for (const record of records) relay.offer([record]);
    await waitFor(async () => (await outbox()).depth === 0, { what: 'all events to be marked' });
    expect(looked).toBe(true);
    expect(sent[0]).toBe(records[0]?.orderId);
    expect(new Set(sent).size).toBe(30);
  });

  it('repairs what another process left behind, oldest first', async () => {
    const first = await acceptSome(space.pool, 40);
    const second = await acceptSome(space.pool, 40);
    start(publisher, { repairOlderThanMs: 0 });
    await waitFor(async () => (await outbox()).depth === 0, { what: 'all events to be marked' });
    const ids = [...first, ...second].map((record) => record.orderId);
    await waitFor(() => new Set(readIds(ids)).size === 80, { what: 'all events in the topic' });
    for (const inTopic of firstTimes([...first, ...second]))
      expect(inTopic).toEqual(inTopic.toSorted((a, b) => a - b));
  });

  it('leaves fresh rows to the process that wrote them', async () => {
    let sends = 0;
    const relay = start({
      publishBatch: () => Promise.resolve(void (sends += 1)),
      close: () => Promise.resolve(),
    });
    await acceptSome(space.pool, 3);
    await waitFor(() => relay.depth() === 3, { what: 'some passes to have looked' });
    expect(sends).toBe(0);
    start(publisher, { repairOlderThanMs: 0 });
    await waitFor(async () => (await outbox()).depth === 0, { what: 'the outbox to be empty' });
  });

  it('shares the work between two relays: all is published, and no row by both passes', async () => {
    const records = await acceptSome(space.pool, 2_500);
    const ids = records.map((record) => record.orderId);
    start(publisher, { repairOlderThanMs: 0 });
    const other = createPublisher(space.config(), createSilentLog());
    try {
      start(other, { repairOlderThanMs: 0 });
      await waitFor(async () => (await outbox()).depth === 0, { what: 'all events to be marked' });
      await waitFor(() => new Set(readIds(ids)).size === 2_500, { what: 'all events in the topic' });
      expect(readIds(ids)).toHaveLength(2_500);
      await Promise.all(relays.map((relay) => relay.drain()));
    } finally {
      await other.close();
    }
  });

  it('loses nothing when a fast hand-over and a pass of another process meet over the same rows', async () => {
    const records = await acceptSome(space.pool, 400);
    const relay = start();
    start(publisher, { repairOlderThanMs: 0 });
    for (const record of records) relay.offer([record]);
    const ids = records.map((record) => record.orderId);
    await waitFor(async () => (await outbox()).depth === 0, { what: 'all events to be marked' });
    await waitFor(() => new Set(readIds(ids)).size === 400, { what: 'all events in the topic' });
  });

  it('sends and marks what is in hand before it ends', async () => {
    const relay = start();
    relay.offer(await acceptSome(space.pool, 300));
    await relay.drain();
    expect(await outbox()).toMatchObject({ depth: 0 });
    relay.offer(await acceptSome(space.pool, 1));
    await relay.drain();
    expect(await outbox()).toMatchObject({ depth: 1 });
  });
});

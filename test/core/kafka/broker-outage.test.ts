import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsumer } from '../../../src/core/kafka/create-consumer.js';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import { createSilentLog } from '../../../src/core/log.js';
import { TOPICS } from '../../../src/core/names.js';
import { createRelay } from '../../../src/core/outbox/relay.js';
import type { OutboxRecord } from '../../../src/core/outbox/record.js';
import { measureOutbox } from '../../../src/core/postgres/measure-outbox.js';
import { trackOrders } from '../../../src/core/postgres/track-orders.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { startOwnBroker, type OwnBroker } from '../../support/own-broker.js';
import { readTopic, type ReadMessage } from '../../support/read-topic.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';

const TIMEOUT = 90_000;

describe('a broker that goes away', () => {
  let space: Space;
  let broker: OwnBroker;

  beforeAll(async () => {
    [space, broker] = await Promise.all([createSpace('outage'), startOwnBroker()]);
  }, TIMEOUT);
  afterAll(async () => {
    await broker.close();
    await space.close();
  });

  const withRelay = async (
    work: (relay: ReturnType<typeof createRelay>, failures: () => number) => Promise<void>,
  ) => {
    const publisher = createPublisher(broker.config, createSilentLog(), {
      requestTimeoutMs: 1_500,
      retries: 1,
    });
    let failures = 0;
    const relay = createRelay({
      pool: space.pool,
      publisher: {
        publishBatch: (records) =>
          publisher.publishBatch(records).catch((error: unknown) => {
            failures += 1;
            throw error;
          }),
        close: () => publisher.close(),
      },
      log: createSilentLog(),
      stats: { count: () => undefined },
      times: { repairEveryMs: 100, repairOlderThanMs: 2_000 },
    });
    relay.start();
    try {
      await work(relay, () => failures);
    } finally {
      await relay.drain();
      await publisher.close();
    }
  };

  /** What a reader that drops lower versions of an order sees of the versions of each. */
  const versionsSeen = (messages: readonly ReadMessage[]) => {
    const seen = new Map<string, number[]>();
    for (const { json } of messages) {
      const orderId = String(json?.['orderId']);
      const version = Number(json?.['orderVersion']);
      const versions = seen.get(orderId) ?? [];
      if (version > (versions.at(-1) ?? 0)) versions.push(version);
      seen.set(orderId, versions);
    }
    return seen;
  };

  /** Both events of each order reach one topic, so that their order there can be seen. */
  const inOneTopic = async (records: readonly OutboxRecord[]) => {
    const topics = [TOPICS.progress];
    await space.pool.query('update order_events set topics = $2 where event_id = any($1::bigint[])', [
      records.map((record) => record.eventId),
      topics,
    ]);
    return records.map((record) => ({ ...record, topics }));
  };

  it(
    'loses nothing and keeps the events of each order in order when the broker freezes',
    async () => {
      await withRelay(async (relay, failures) => {
        relay.offer(await acceptSome(space.pool, 50));
        await waitFor(async () => (await measureOutbox(space.pool)).depth === 0, {
          what: 'the first events',
        });

        broker.freeze();
        const failedBefore = failures();
        const records = await acceptSome(space.pool, 200);
        const began = performance.now();
        for (const record of await inOneTopic(records)) relay.offer([record]);
        const tracked = await trackOrders(
          space.pool,
          records.map((record) => record.orderId),
        );
        relay.offer(await inOneTopic(tracked));
        expect(performance.now() - began, 'accepting waited for Kafka').toBeLessThan(2_000);
        await waitFor(() => failures() > failedBefore, { timeoutMs: 20_000, what: 'a send to fail' });
        expect((await measureOutbox(space.pool)).depth).toBe(400);
        broker.thaw();

        await waitFor(async () => (await measureOutbox(space.pool)).depth === 0, {
          timeoutMs: 30_000,
          what: 'all events to be marked',
        });
        const reader = await readTopic({ prefix: '', brokers: broker.brokers }, TOPICS.progress);
        try {
          await waitFor(() => versionsSeen(reader.messages).size >= 200, {
            timeoutMs: 20_000,
            what: 'every order in the topic',
          });
          const seen = versionsSeen(reader.messages);
          for (const { orderId } of records) {
            await waitFor(() => versionsSeen(reader.messages).get(orderId)?.length === 2, {
              what: `both events of ${orderId}, first the first: saw ${String(seen.get(orderId))}`,
            });
          }
        } finally {
          await reader.close();
        }
      });
    },
    TIMEOUT,
  );

  it(
    'is met for the first time while it is frozen, and relay and consumer go on when it answers',
    async () => {
      broker.freeze();
      const seen = new Set<string>();
      const consumer = createConsumer(broker.config, createSilentLog(), {
        topic: TOPICS.reservations,
        group: 'met-frozen',
        partitionsAtOnce: 3,
      });
      const started = consumer.start(async (batch) => {
        for (const message of batch.messages) seen.add(String(message.key));
        const last = batch.messages.at(-1);
        if (last) await batch.commitThrough(last.offset);
      });
      try {
        await withRelay(async (relay, failures) => {
          const records = await acceptSome(space.pool, 20);
          relay.offer(records);
          // The second failure is that of a client which has met the frozen broker before.
          await waitFor(() => failures() > 1, { timeoutMs: 30_000, what: 'the first two sends to fail' });
          broker.thaw();
          await waitFor(async () => (await measureOutbox(space.pool)).depth === 0, {
            timeoutMs: 20_000,
            what: 'all events to be marked',
          });
          await started;
          await waitFor(() => records.every((record) => seen.has(record.orderId)), {
            timeoutMs: 40_000,
            what: 'every order to be read',
          });
        });
      } finally {
        broker.thaw();
        await started.catch(() => undefined);
        await consumer.stop();
      }
    },
    TIMEOUT,
  );

  it(
    'is waited for by relay and consumer, which go on by themselves when it is back',
    async () => {
      const seen = new Set<string>();
      const consumer = createConsumer(broker.config, createSilentLog(), {
        topic: TOPICS.reservations,
        group: 'outage',
        partitionsAtOnce: 3,
      });
      let gaveUp: unknown;
      consumer.failed.catch((error: unknown) => (gaveUp = error));
      await consumer.start(async (batch) => {
        for (const message of batch.messages) seen.add(String(message.key));
        const last = batch.messages.at(-1);
        if (last) await batch.commitThrough(last.offset);
      });
      const allSeen = (records: readonly OutboxRecord[]) =>
        waitFor(() => records.every((record) => seen.has(record.orderId)), {
          timeoutMs: 40_000,
          what: 'every order to be read',
        });

      await withRelay(async (relay, failures) => {
        const before = await acceptSome(space.pool, 100);
        relay.offer(before);
        await allSeen(before);
        await broker.stop();
        const meanwhile = await acceptSome(space.pool, 100);
        relay.offer(meanwhile);
        await waitFor(() => failures() > 0, { timeoutMs: 20_000, what: 'the first send to fail' });
        await broker.start();
        await waitFor(async () => (await measureOutbox(space.pool)).depth === 0, {
          timeoutMs: 30_000,
          what: 'all events to be marked',
        });
        await allSeen(meanwhile);
        expect(gaveUp).toBeUndefined();
      });
      await consumer.stop();
    },
    TIMEOUT,
  );
});

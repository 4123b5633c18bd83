import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConsumer } from '../../../src/core/kafka/create-consumer.js';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import { ensureTopics, groupOffsets, partitionOf } from '../../../src/core/kafka/kafka-admin.js';
import { createSilentLog } from '../../../src/core/log.js';
import { CONSUMER_GROUP, TOPICS } from '../../../src/core/names.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';

describe('Kafka for operators', () => {
  let space: Space;
  beforeAll(async () => {
    space = await createSpace('kafka-admin');
  });
  afterAll(() => space.close());

  it('names the missing topic and what creates it', async () => {
    await expect(groupOffsets(space.config())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: 'ordersctl migrate creates it',
    });
  });

  it('creates every topic with the configured partitions, from three processes at once, and leaves them alone after', async () => {
    const config = space.config();
    const runs = await Promise.all([ensureTopics(config), ensureTopics(config), ensureTopics(config)]);
    for (const run of runs) {
      expect(run.map(({ topic, partitions }) => [topic, partitions])).toEqual(
        Object.values(TOPICS).map((topic) => [topic, 3]),
      );
    }
    const again = await ensureTopics(space.config({ kafkaPartitions: '5' }));
    expect(again.every(({ outcome, partitions }) => outcome === 'existing' && partitions === 3)).toBe(true);
  });

  it('tells where the group stands in each partition, and by how much it lags', async () => {
    const config = space.config();
    const publisher = createPublisher(config, createSilentLog());
    const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
    await publisher.publishBatch(keys.map((key) => ({ topic: TOPICS.reservations, key, value: '{}' })));
    await publisher.close();
    const waiting = [0, 1, 2].map(
      (partition) => keys.filter((key) => partitionOf(key, 3) === partition).length,
    );
    const before = await groupOffsets(config);
    expect(
      before.map(({ partition, lag, committed, low, high }) => [partition, lag, committed, low, high]),
    ).toEqual(waiting.map((count, partition) => [partition, count, null, '0', String(count)]));

    const consumer = createConsumer(config, createSilentLog(), {
      topic: TOPICS.reservations,
      group: CONSUMER_GROUP,
      partitionsAtOnce: 3,
    });
    await consumer.start(async (batch) => {
      const last = batch.messages.at(-1);
      if (last && batch.partition !== 1) await batch.commitThrough(last.offset);
      else batch.pauseFor(60_000);
    });
    const after = await waitFor(
      async () => {
        const now = await groupOffsets(config);
        return now[0]?.lag === 0 && now[2]?.lag === 0 && now;
      },
      { what: 'two partitions to be committed' },
    );
    expect(after[1]).toMatchObject({ lag: waiting[1], committed: null });
    expect(after[0]).toMatchObject({ committed: String(waiting[0]) });
    await consumer.stop();
  });

  it('says what to do when no broker answers', async () => {
    await expect(groupOffsets(space.config({ kafkaBrokers: '127.0.0.1:1' }))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('127.0.0.1:1') as string,
      hint: expect.stringContaining('KAFKA_BROKERS') as string,
    });
  });
});

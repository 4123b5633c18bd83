/** Brings the group of `consume` past everything that is published, as a consumer that loses what it reads. */
import { Kafka, logLevel } from 'kafkajs';
import { groupOffsets } from '../../src/core/kafka/kafka-admin.js';
import { CONSUMER_GROUP, scopedName, TOPICS } from '../../src/core/names.js';
import type { Space } from './space.js';
import { waitFor } from './wait-for.js';

export async function readAsConsume(space: Space): Promise<void> {
  const config = space.config();
  const consumer = new Kafka({ brokers: [...config.kafkaBrokers], logLevel: logLevel.NOTHING }).consumer({
    groupId: scopedName(space.prefix, CONSUMER_GROUP),
    maxWaitTimeInMs: 50,
  });
  await consumer.connect();
  await consumer.subscribe({
    topics: [scopedName(space.prefix, TOPICS.reservations)],
    fromBeginning: true,
  });
  // By batches: a commit for each of thousands of messages takes minutes.
  await consumer.run({ eachBatch: () => Promise.resolve() });
  const waiting = async () => (await groupOffsets(config)).reduce((sum, partition) => sum + partition.lag, 0);
  await waitFor(async () => (await waiting()) === 0, { timeoutMs: 30_000, what: 'the group to read all' });
  await consumer.disconnect();
}

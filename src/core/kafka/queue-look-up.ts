/** Tells page by page which of very many messages the consumer group has not come to yet. */
import type { Config } from '../config/schema.js';
import type { Log } from '../log.js';
import { createKafka, toKafkaError } from './create-kafka.js';
import { findWaiting, type Bounds, type OffsetsAt, type PublishedMessage } from './find-queued.js';
import { createOffsetsReader } from './kafka-admin.js';

/** Goes by one reading of the group's position; who waits by that may be handled meanwhile. */
export interface QueueLookUp {
  /** @returns the ids of those that wait. @throws as `findQueued` */
  findWaiting(messages: readonly PublishedMessage[]): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

const TIMES = { requestTimeoutMs: 5_000, retries: 2 };

/** Connects when it is first needed, and remembers between pages what the broker has said. */
export function createQueueLookUp(config: Config, log: Log): QueueLookUp {
  const reader = createOffsetsReader(config, log);
  const admin = createKafka(config, log, 'admin', TIMES).admin();
  const bounds: Bounds = new Map();
  let read: ReturnType<typeof reader.read> | undefined;
  let connected: Promise<void> | undefined;

  const offsetsIn =
    (topic: string): OffsetsAt =>
    async (time) => {
      await (connected ??= admin.connect());
      const found = await admin.fetchTopicOffsetsByTimestamp(topic, time);
      return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
    };

  return {
    async findWaiting(messages) {
      try {
        const partitions = await (read ??= reader.read());
        return await findWaiting(partitions, messages, offsetsIn(partitions[0]?.topic ?? ''), bounds);
      } catch (error) {
        throw toKafkaError(error, config);
      }
    },
    async close() {
      await Promise.all([reader.close(), admin.disconnect()]);
    },
  };
}

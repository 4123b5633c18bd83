/** Reads topics of a space with a client of its own. */
import { Kafka, logLevel } from 'kafkajs';
import { scopedName, type TopicName } from '../../src/core/names.js';
import type { Space } from './space.js';
import { own } from './owned.js';

export interface ReadMessage {
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The value parsed; undefined when it is not JSON. */
  readonly json: Record<string, unknown> | undefined;
}

export interface TopicReader {
  /** Everything read so far, in the order of each partition. */
  readonly messages: readonly ReadMessage[];
  close(): Promise<void>;
}

/** Follows a topic from its beginning. */
export async function readTopic(
  space: Pick<Space, 'prefix'> & { readonly brokers: readonly string[] },
  topic: TopicName,
): Promise<TopicReader> {
  const consumer = new Kafka({ brokers: [...space.brokers], logLevel: logLevel.NOTHING }).consumer({
    groupId: scopedName(space.prefix, `test-reader-${topic}`),
    maxWaitTimeInMs: 100,
  });
  const messages: ReadMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [scopedName(space.prefix, topic)], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      const value = message.value?.toString() ?? '';
      messages.push({
        partition,
        offset: message.offset,
        key: message.key?.toString() ?? null,
        value,
        headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([k, v]) => [k, String(v)])),
        json: parse(value),
      });
      return Promise.resolve();
    },
  });
  const close = async () => {
    disown();
    await consumer.disconnect();
  };
  const disown = own(`reader of ${topic}`, close);
  return { messages, close };
}

function parse(value: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(value) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

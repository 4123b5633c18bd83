/** Writes batches to Kafka, one at a time, acknowledged by all in-sync replicas. */
import { CompressionTypes, type IHeaders, type Producer, type ProducerRecord } from 'kafkajs';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { scopedName } from '../names.js';
import { createKafka, toKafkaError, type KafkaTimes } from './create-kafka.js';
import { partitionOf } from './partition-of.js';
import type { KafkaRecord, Publisher } from './port.js';

/** One try of its own mends a moved leader or a cut connection; beyond that the callers back off as suits them. */
const TIMES = { requestTimeoutMs: 8_000, retries: 1 };

/**
 * Connects with the first batch, so that a role starts without Kafka.
 * @param times for tests
 * @throws AppError CONFIG_INVALID without KAFKA_BROKERS
 */
export function createPublisher(config: Config, log: Log, times: KafkaTimes = TIMES): Publisher {
  const producer = createKafka(config, log, 'publisher', times).producer({
    // The client's idempotent mode loses acknowledged messages under concurrent sends; repeats are normal input
    // downstream, losses are not (I6).
    idempotent: false,
    allowAutoTopicCreation: false,
    // Without a key: one partition for all of them, which are few (dead letters that had none).
    createPartitioner:
      () =>
      ({ message, partitionMetadata }) =>
        partitionOf(message.key ?? '', partitionMetadata.length),
  });
  let connected = false;
  let closed = false;
  let last: Promise<void> = Promise.resolve();

  async function send(records: readonly KafkaRecord[]): Promise<void> {
    try {
      if (!connected) await producer.connect();
      connected = true;
      await producer.sendBatch({
        acks: -1,
        timeout: times.requestTimeoutMs,
        compression: CompressionTypes.None,
        topicMessages: byTopic(records, config.prefix),
      });
    } catch (error) {
      throw toKafkaError(error, config);
    }
  }

  return {
    publishBatch(records) {
      if (records.length === 0) return Promise.resolve();
      if (closed) return Promise.reject(new AppError('DRAINING', 'the publisher is closed'));
      // Never two in flight: a failed batch sent again would otherwise come after its successor.
      const mine = last.then(() => send(records));
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      if (closed) return;
      closed = true;
      await last;
      await disconnect(producer, log);
    },
  };
}

function byTopic(
  records: readonly KafkaRecord[],
  prefix: string,
): Pick<ProducerRecord, 'topic' | 'messages'>[] {
  const topics = new Map<string, ProducerRecord['messages']>();
  for (const { topic, key, value, headers } of records) {
    const message = headers ? { key, value, headers: toClientHeaders(headers) } : { key, value };
    const messages = topics.get(topic);
    if (messages) messages.push(message);
    else topics.set(topic, [message]);
  }
  return [...topics].map(([topic, messages]) => ({ topic: scopedName(prefix, topic), messages }));
}

function toClientHeaders(headers: NonNullable<KafkaRecord['headers']>): IHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' || Buffer.isBuffer(value) ? value : [...value],
    ]),
  );
}

async function disconnect(producer: Producer, log: Log): Promise<void> {
  try {
    await producer.disconnect();
  } catch (error) {
    log.debug({ err: error }, 'the publisher did not disconnect cleanly');
  }
}

/** Reads what a topic holds now, and leaves no trace of having read it. */
import { randomUUID } from 'node:crypto';
import type { Consumer, EachBatchPayload, KafkaMessage } from 'kafkajs';
import type { Config } from '../config/schema.js';
import { AppError, toAppError } from '../errors.js';
import type { Log } from '../log.js';
import { CONSUMER_GROUP, scopedName, type TopicName } from '../names.js';
import { createKafka, toKafkaError } from './create-kafka.js';
import type { MessagePosition, StoredMessage } from './port.js';
import { retryPassing } from './retry-passing.js';
import { toMessage } from './to-message.js';

export interface ReadStoredOptions {
  readonly topic: TopicName;
  /** Only this partition. */
  readonly partition?: number;
  /** Begins after this message, in the order of the reading. */
  readonly after?: MessagePosition;
}

/** Takes some messages; `stop` ends the reading. */
export type Visit = (messages: readonly StoredMessage[]) => Promise<'go-on' | 'stop'>;

interface Stretch {
  readonly partition: number;
  /** The next offset to be read. */
  next: bigint;
  /** The end when the reading began: what comes later is not waited for. */
  readonly end: bigint;
}

interface PartitionEnds {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
}

/** Brokers that are away are told of within two seconds. */
const ADMIN_TIMES = { requestTimeoutMs: 10_000, retries: 4 };
/** They answered: what is not ready yet (the group's coordinator, a leader that moves) is given five more. */
const READER_TIMES = { requestTimeoutMs: 10_000, retries: 6 };
const MAX_WAIT_MS = 100;
const BYTES = 1_024 * 1_024;
/** A broker that has messages and gives none. */
const SILENCE_MS = 20_000;

/**
 * Partition by partition, each from its oldest message to what was its end at the beginning: finite although others
 * write meanwhile, and in the same order each time. The client cannot read without a group, so it joins one that nobody
 * else has, commits nothing, and removes it afterwards.
 * @throws AppError UNAVAILABLE, with hint `ordersctl migrate` when the topic is missing; and whatever `visit` throws
 */
export async function readStored(
  config: Config,
  log: Log,
  options: ReadStoredOptions,
  visit: Visit,
): Promise<void> {
  const topic = scopedName(config.prefix, options.topic);
  const groupId = scopedName(config.prefix, `${CONSUMER_GROUP}-look-${randomUUID()}`);
  const admin = createKafka(config, log, 'admin', ADMIN_TIMES).admin();
  let joined = false;
  try {
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topic);
    const stretches = toStretches(ends, options);
    if (stretches.length === 0) return;
    const kafka = createKafka(config, log, 'reader', READER_TIMES);
    const partitions = ends.map(({ partition }) => partition);
    joined = true;
    // Stretches know how far they were read: a further try goes on from there.
    await retryPassing(async () => {
      const consumer = kafka.consumer({
        groupId,
        maxWaitTimeInMs: MAX_WAIT_MS,
        maxBytesPerPartition: BYTES,
        allowAutoTopicCreation: false,
        retry: { retries: READER_TIMES.retries, restartOnFailure: () => Promise.resolve(false) },
      });
      try {
        const unread = stretches.filter(({ next, end }) => next < end);
        await readStretches(consumer, { topic, partitions, stretches: unread, visit });
      } finally {
        await consumer.disconnect();
      }
    });
  } catch (error) {
    throw toKafkaError(error, config);
  } finally {
    // The broker forgets an empty group by itself too, later.
    if (joined) await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

function toStretches(
  ends: readonly PartitionEnds[],
  { partition: only, after }: ReadStoredOptions,
): Stretch[] {
  return ends
    .map(({ partition, low, high }): Stretch => {
      const begin = after?.partition === partition ? BigInt(after.offset) + 1n : 0n;
      return { partition, next: begin > BigInt(low) ? begin : BigInt(low), end: BigInt(high) };
    })
    .filter(({ partition, next, end }) => {
      if (only !== undefined && partition !== only) return false;
      return next < end && (after === undefined || partition >= after.partition);
    })
    .sort((a, b) => a.partition - b.partition);
}

interface Reading {
  /** As in the cluster. */
  readonly topic: string;
  /** All that the topic has. */
  readonly partitions: readonly number[];
  readonly stretches: readonly Stretch[];
  readonly visit: Visit;
}

async function readStretches(consumer: Consumer, reading: Reading): Promise<void> {
  const { topic, partitions, stretches, visit } = reading;
  const left = [...stretches];
  const silence = createSilenceWatch();
  let ended = false;
  let finish: () => void = () => undefined;
  let failure: Error | undefined;
  let reject: (error: Error) => void = () => undefined;
  const finished = new Promise<void>((resolve, refuse) => {
    finish = resolve;
    reject = refuse;
  });
  const fail = (error: Error): void => {
    failure ??= error;
    reject(error);
  };
  finished.catch(() => undefined);
  const only = (partition: number): void => {
    consumer.pause([{ topic, partitions: partitions.filter((one) => one !== partition) }]);
    consumer.resume([{ topic, partitions: [partition] }]);
  };

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { batch } = payload;
    const [current] = left;
    // Not its turn yet: unresolved, it is fetched again.
    if (ended || !current || batch.partition !== current.partition) return;
    silence.heard();
    const messages = batch.messages.filter(({ offset }) => {
      const at = BigInt(offset);
      return at >= current.next && at < current.end;
    });
    try {
      if (messages.length > 0 && (await visit(toStored(current.partition, messages))) === 'stop')
        ended = true;
    } catch (error) {
      ended = true;
      // Not Kafka's: it keeps its own meaning.
      return fail(toAppError(error));
    }
    const last = BigInt(batch.lastOffset());
    if (last >= current.next) current.next = last + 1n;
    payload.resolveOffset(batch.lastOffset());
    if (!ended && current.next < current.end) return;
    left.shift();
    const [next] = left;
    if (ended || !next) return finish();
    only(next.partition);
  };

  consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch });
    // A consumer that could not join has crashed by now, and seeking would only say that it does not run.
    if (failure) throw failure;
    for (const { partition, next } of stretches) consumer.seek({ topic, partition, offset: next.toString() });
    const [first] = left;
    if (first) only(first.partition);
    await Promise.race([finished, silence.tooLong]);
  } finally {
    ended = true;
    silence.end();
  }
}

function toStored(partition: number, messages: readonly KafkaMessage[]): StoredMessage[] {
  return messages.map((message) => ({
    ...toMessage(message),
    partition,
    writtenAt: new Date(Number(message.timestamp)),
  }));
}

function createSilenceWatch() {
  let timer: NodeJS.Timeout | undefined;
  let give: (error: AppError) => void = () => undefined;
  const tooLong = new Promise<never>((_resolve, reject) => (give = reject));
  tooLong.catch(() => undefined);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => give(new AppError('UNAVAILABLE', `Kafka gave no message for ${SILENCE_MS / 1_000} s`)),
      SILENCE_MS,
    );
  };
  heard();
  return { tooLong, heard, end: () => clearTimeout(timer) };
}

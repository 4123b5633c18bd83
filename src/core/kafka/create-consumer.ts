/** Reads one topic in a consumer group, batch by batch, committing only what the handler says is durable. */
import type { Consumer, EachBatchPayload } from 'kafkajs';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { scopedName, type TopicName } from '../names.js';
import { createKafka, toKafkaError } from './create-kafka.js';
import type { BatchConsumer, ConsumedBatch, PartitionPosition } from './port.js';
import { toMessage } from './to-message.js';

export interface ConsumerOptions {
  /** Unprefixed. */
  readonly topic: TopicName;
  /** Unprefixed. */
  readonly group: string;
  /** Partitions handled at once. */
  readonly partitionsAtOnce: number;
  /** For tests. */
  readonly sessionTimeoutMs?: number;
}

const TIMES = { requestTimeoutMs: 10_000, retries: 5 };
/** How long the partitions of a member that was killed wait for another; a member merely late gets them back. */
const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_INTERVAL_MS = 2_000;
/** Also how long it may take until a partition that was paused is read again. */
const MAX_WAIT_MS = 500;
/** About a thousand reservations of each partition: enough to be busy, little to read again after a rebalance. */
const BYTES_PER_PARTITION = 512 * 1_024;

/** @throws AppError CONFIG_INVALID without KAFKA_BROKERS; connects only with `start` */
export function createConsumer(config: Config, log: Log, options: ConsumerOptions): BatchConsumer {
  const topic = scopedName(config.prefix, options.topic);
  const consumer = createKafka(config, log, 'consumer', TIMES).consumer({
    groupId: scopedName(config.prefix, options.group),
    sessionTimeout: options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_INTERVAL_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    maxBytesPerPartition: BYTES_PER_PARTITION,
    allowAutoTopicCreation: false,
    retry: {
      retries: TIMES.retries,
      initialRetryTime: 200,
      maxRetryTime: 5_000,
      restartOnFailure: () => Promise.resolve(true),
    },
  });
  const pauses = createPauses(consumer);
  let assigned: readonly PartitionPosition[] = [];
  let restarting = false;
  let fail: (error: AppError) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  failed.catch(() => undefined);

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    assigned = Object.entries(payload.memberAssignment).flatMap(([name, partitions]) =>
      partitions.map((partition) => ({ topic: name, partition })),
    );
    restarting = false;
    log.info({ partitions: assigned.map((one) => one.partition) }, 'partitions assigned');
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    assigned = [];
    if (payload.restart) {
      // While no broker answers it crashes and starts again every other second.
      if (!restarting) log.warn({ err: payload.error }, 'the consumer lost Kafka and tries until it is back');
      restarting = true;
      return;
    }
    // The client stays down after a crash that it does not restart from, while the process would live on.
    fail(
      new AppError('INTERNAL', `the Kafka consumer gave up: ${payload.error.message}`, {
        cause: payload.error,
      }),
    );
  });

  return {
    failed,
    assigned: () => assigned,
    async start(handle) {
      try {
        await consumer.connect();
        // From the beginning, or a group's first member would skip the orders accepted before it came.
        await consumer.subscribe({ topics: [topic], fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: options.partitionsAtOnce,
          eachBatch: (payload) => handle(toBatch(payload, (at, ms) => pauses.pauseFor(at, ms))),
        });
      } catch (error) {
        throw toKafkaError(error, config);
      }
    },
    async stop() {
      pauses.end();
      await consumer.disconnect();
      assigned = [];
    },
  };
}

function toBatch(
  payload: EachBatchPayload,
  pauseFor: (at: PartitionPosition, ms: number) => void,
): ConsumedBatch {
  const { topic, partition, messages } = payload.batch;
  return {
    topic,
    partition,
    messages: messages.map(toMessage),
    isCurrent: () => payload.isRunning() && !payload.isStale(),
    heartbeat: () => payload.heartbeat(),
    async commitThrough(offset) {
      // 64 bit: a number would lose the last digits. The payload's own commit lets the client see UNKNOWN_MEMBER_ID
      // for what it is and join again; consumer.commitOffsets would end the consumer for good.
      const next = (BigInt(offset) + 1n).toString();
      await payload.commitOffsetsIfNecessary({
        topics: [{ topic, partitions: [{ partition, offset: next }] }],
      });
      payload.resolveOffset(offset);
    },
    pauseFor: (ms) => pauseFor({ topic, partition }, ms),
  };
}

/** Pauses that end by themselves; a partition that was assigned elsewhere meanwhile is resumed to no effect. */
function createPauses(consumer: Consumer) {
  const timers = new Map<string, NodeJS.Timeout>();
  let ended = false;

  function resume(at: PartitionPosition): void {
    try {
      consumer.resume([{ topic: at.topic, partitions: [at.partition] }]);
    } catch {
      // Between a crash and the start that follows there is no membership, and so nothing paused.
    }
  }

  return {
    pauseFor(at: PartitionPosition, ms: number) {
      if (ended) return;
      const key = `${at.topic}/${at.partition}`;
      clearTimeout(timers.get(key));
      consumer.pause([{ topic: at.topic, partitions: [at.partition] }]);
      const timer = setTimeout(() => {
        timers.delete(key);
        resume(at);
      }, ms);
      timers.set(key, timer);
    },
    end() {
      ended = true;
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}

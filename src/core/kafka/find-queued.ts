/** Tells which messages the consumer group has not come to yet, from their keys and the times of their publishing. */
import type { Config } from '../config/schema.js';
import type { Log } from '../log.js';
import { scopedName, TOPICS } from '../names.js';
import { createKafka, toKafkaError } from './create-kafka.js';
import { createOffsetsReader, partitionOf, type PartitionOffsets } from './kafka-admin.js';

/** A message of `orders.reservations`: its key, and when Postgres noted the broker's acknowledgement. */
export interface PublishedMessage {
  readonly orderId: string;
  readonly publishedAt: Date;
}

export interface Queue {
  /** Ids of those that still wait ahead of the group's position. */
  readonly waiting: ReadonlySet<string>;
  readonly partitions: readonly PartitionOffsets[];
}

/** The offset in each partition of the first message written at or after a time (ms); the end when there is none. */
export type OffsetsAt = (time: number) => Promise<ReadonlyMap<number, bigint>>;

const TIMES = { requestTimeoutMs: 5_000, retries: 2 };
/**
 * A message's own time is set by the relay and its publishing is noted by Postgres, so their clocks may differ by
 * this much. Too long only makes a replay wait one run longer; too short hands an order over twice, which is harmless.
 */
export const CLOCK_SLACK_MS = 2_000;
/** From the time that the relay puts on a message to the note of its acknowledgement, tries of the send included. */
const SEND_SLACK_MS = 10_000;

/** Keeps its connection: for those who ask about one page of orders after the other. */
export interface QueueReader {
  /** @throws AppError UNAVAILABLE, with hint `ordersctl migrate` when the topic is missing */
  find(messages: readonly PublishedMessage[]): Promise<Queue>;
  /**
   * Between which offsets of its partition a message lies, as far as the times of its publishing tell; null when
   * retention has removed it. @throws as `find`
   */
  locate(message: PublishedMessage): Promise<OffsetRange | null>;
  close(): Promise<void>;
}

/** 64 bit, so strings; the message is at one of `from` ≤ offset < `before`. */
export interface OffsetRange {
  readonly from: string;
  readonly before: string;
}

/**
 * @param options.oneReading goes by the group's position when first asked, and remembers what the broker has said: for page
 *   after page of very many orders. Who waits by that may be handled meanwhile
 */
export function createQueueReader(
  config: Config,
  log: Log,
  options: { readonly oneReading?: boolean } = {},
): QueueReader {
  const offsets = createOffsetsReader(config, log);
  const admin = createKafka(config, log, 'admin', TIMES).admin();
  const topic = scopedName(config.prefix, TOPICS.reservations);
  const remembered: Bounds = new Map();
  let reading: ReturnType<typeof offsets.read> | undefined;
  let connected: Promise<void> | undefined;

  async function offsetsAt(time: number): Promise<ReadonlyMap<number, bigint>> {
    connected ??= admin.connect();
    await connected;
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, time);
    return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      connected = undefined;
      reading = undefined;
      throw toKafkaError(error, config);
    }
  }

  return {
    find: (messages) =>
      guarded(async () => {
        const partitions = await (options.oneReading ? (reading ??= offsets.read()) : offsets.read());
        if (messages.length === 0 || partitions.every((partition) => partition.lag === 0)) {
          return { waiting: new Set<string>(), partitions };
        }
        const bounds = options.oneReading ? remembered : noBounds();
        return { waiting: await findWaiting(partitions, messages, offsetsAt, bounds), partitions };
      }),
    locate: ({ orderId, publishedAt }) =>
      guarded(async () => {
        const [earliest, latest] = await Promise.all([
          offsetsAt(publishedAt.getTime() - SEND_SLACK_MS),
          offsetsAt(publishedAt.getTime() + CLOCK_SLACK_MS),
        ]);
        const partition = partitionOf(orderId, earliest.size);
        const from = earliest.get(partition);
        const before = latest.get(partition);
        if (from === undefined || before === undefined || before <= from) return null;
        return { from: String(from), before: String(before) };
      }),
    async close() {
      await Promise.all([offsets.close(), admin.disconnect()]);
    },
  };
}

const noBounds = (): Bounds => new Map<number, { handled: number; waits: number }>();

/** By partition, the latest time of publishing known to be handled, and the earliest known to wait: ms. */
export type Bounds = Map<number, { handled: number; waits: number }>;

/**
 * Exported for its tests. Asks for a number of times that grows with the logarithm of the messages, and for none that the
 * bounds answer.
 * @param bounds of the same partitions; what is learnt is added
 */
export async function findWaiting(
  partitions: readonly PartitionOffsets[],
  messages: readonly PublishedMessage[],
  offsetsAt: OffsetsAt,
  bounds: Bounds = new Map(),
): Promise<Set<string>> {
  const answers = new Map<number, ReturnType<OffsetsAt>>();
  const offsetAt = async (partition: number, time: number) => {
    const asked = answers.get(time) ?? offsetsAt(time);
    answers.set(time, asked);
    return (await asked).get(partition) ?? 0n;
  };
  const byPartition = groupByPartition(messages, partitions.length);
  const waiting = new Set<string>();
  for (const partition of partitions) {
    if (partition.lag === 0) continue;
    const mine = byPartition.get(partition.partition) ?? [];
    mine.sort((a, b) => a.publishedAt.getTime() - b.publishedAt.getTime());
    const known = bounds.get(partition.partition) ?? { handled: -Infinity, waits: Infinity };
    bounds.set(partition.partition, known);
    const first = await firstWaiting(partition, mine, known, offsetAt);
    for (const message of mine.slice(first)) waiting.add(message.orderId);
  }
  return waiting;
}

function groupByPartition(
  messages: readonly PublishedMessage[],
  partitionCount: number,
): Map<number, PublishedMessage[]> {
  const groups = new Map<number, PublishedMessage[]>();
  for (const message of messages) {
    const partition = partitionOf(message.orderId, partitionCount);
    const group = groups.get(partition);
    if (group) group.push(message);
    else groups.set(partition, [message]);
  }
  return groups;
}

/** Index of the first message that was written at or after the group's position: all later ones wait too. */
async function firstWaiting(
  { partition, committed }: PartitionOffsets,
  messages: readonly PublishedMessage[],
  known: { handled: number; waits: number },
  offsetAt: (partition: number, time: number) => Promise<bigint>,
): Promise<number> {
  if (committed === null) return 0;
  const position = BigInt(committed);
  const isAhead = async (time: number) => (await offsetAt(partition, time + CLOCK_SLACK_MS)) > position;
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const time = messages[middle]?.publishedAt.getTime() ?? 0;
    if (time >= known.waits || (time > known.handled && (await isAhead(time)))) {
      known.waits = Math.min(known.waits, time);
      high = middle;
    } else {
      known.handled = Math.max(known.handled, time);
      low = middle + 1;
    }
  }
  return low;
}

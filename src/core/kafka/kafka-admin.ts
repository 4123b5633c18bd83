/** Kafka for operators: creates the topics and reads how far the consumer group has come. */
import type { Admin } from 'kafkajs';
import type { Config } from '../config/schema.js';
import { createSilentLog, type Log } from '../log.js';
import { CONSUMER_GROUP, scopedName, TOPICS, type TopicName } from '../names.js';
import { createKafka, toKafkaError } from './create-kafka.js';
import { isMoving, retryPassing } from './retry-passing.js';
import { waitForTopics } from './wait-for-topics.js';

export { partitionOf } from './partition-of.js';

const TIMES = { requestTimeoutMs: 5_000, retries: 2 };
const LEADERS_TIMEOUT_MS = 10_000;

export interface EnsuredTopic {
  /** Unprefixed. */
  readonly topic: TopicName;
  readonly outcome: 'created' | 'existing';
  /** What the topic has, which for an existing one may differ from the configuration; it is left as it is. */
  readonly partitions: number;
}

/** Where one partition of a topic and the group that reads it stand. Offsets are 64 bit, so strings. */
export interface PartitionOffsets {
  /** Prefixed, as it is called in the cluster. */
  readonly topic: string;
  readonly partition: number;
  /** The oldest offset still there. */
  readonly low: string;
  /** The offset the next message gets. */
  readonly high: string;
  /** The offset the group goes on from; null when it never committed and would begin at `low`. */
  readonly committed: string | null;
  /** Messages not yet handled. */
  readonly lag: number;
}

/**
 * Creates the topics that are missing, with the configured partition count and replication; safe from several
 * processes at once and when run again.
 * @throws AppError UNAVAILABLE when no broker answers or one refuses
 */
export async function ensureTopics(
  config: Config,
  log: Log = createSilentLog(),
): Promise<readonly EnsuredTopic[]> {
  const names = Object.values(TOPICS);
  const inCluster = new Map(names.map((name) => [scopedName(config.prefix, name), name]));
  return withAdmin(config, log, async (admin) => {
    const present = new Set(await admin.listTopics());
    const missing = [...inCluster.keys()].filter((topic) => !present.has(topic));
    if (missing.length > 0) {
      // Another process may create them at the same moment: "already exists" is what we want.
      await admin.createTopics({
        topics: missing.map((topic) => ({
          topic,
          numPartitions: config.kafkaPartitions,
          replicationFactor: config.kafkaReplication,
          configEntries: entriesOf(inCluster.get(topic)),
        })),
        timeout: LEADERS_TIMEOUT_MS,
        // Its own wait gives up on a broker that has not heard of the new topic yet; ours does not.
        waitForLeaders: false,
      });
    }
    const partitions = await waitForTopics(admin, [...inCluster.keys()], LEADERS_TIMEOUT_MS);
    return [...inCluster].map(([scoped, topic]) => ({
      topic,
      outcome: present.has(scoped) ? ('existing' as const) : ('created' as const),
      partitions: partitions.get(scoped) ?? 0,
    }));
  });
}

export interface FoundTopic {
  /** Unprefixed. */
  readonly topic: TopicName;
  readonly outcome: 'missing' | 'existing';
  /** What a missing one would be made with; null for an existing one, which is left as it is. */
  readonly partitions: number | null;
}

/** What `ensureTopics` would find. @throws AppError UNAVAILABLE when no broker answers */
export async function findTopics(
  config: Config,
  log: Log = createSilentLog(),
): Promise<readonly FoundTopic[]> {
  const present = new Set(await withAdmin(config, log, (admin) => admin.listTopics()));
  return Object.values(TOPICS).map((topic) =>
    present.has(scopedName(config.prefix, topic))
      ? { topic, outcome: 'existing', partitions: null }
      : { topic, outcome: 'missing', partitions: config.kafkaPartitions },
  );
}

/**
 * A dead letter is larger than its message by the headers that say why, and must fit although the message was as large
 * as its own topic takes (1 MiB, unless the broker says otherwise). It is kept for longer, since a person has to look.
 */
function entriesOf(topic: TopicName | undefined): { name: string; value: string }[] {
  if (topic !== TOPICS.deadLetters) return [];
  return [
    { name: 'max.message.bytes', value: String(2 * 1_024 * 1_024) },
    { name: 'retention.ms', value: String(30 * 24 * 3_600_000) },
  ];
}

/** Both unprefixed. */
export interface GroupSource {
  readonly topic: TopicName;
  readonly group: string;
}

const RESERVATIONS: GroupSource = { topic: TOPICS.reservations, group: CONSUMER_GROUP };

export interface OffsetsReader {
  /** @throws AppError UNAVAILABLE, with hint `ordersctl migrate` when the topic is missing */
  read(): Promise<readonly PartitionOffsets[]>;
  close(): Promise<void>;
}

/** For those who ask again and again: connects with the first read and keeps the connection. */
export function createOffsetsReader(
  config: Config,
  log: Log = createSilentLog(),
  source: GroupSource = RESERVATIONS,
): OffsetsReader {
  const admin = createKafka(config, log, 'admin', TIMES).admin();
  let connected: Promise<void> | undefined;
  return {
    async read() {
      try {
        connected ??= admin.connect();
        await connected;
        return await readOffsets(admin, config.prefix, source);
      } catch (error) {
        connected = undefined;
        throw toKafkaError(error, config);
      }
    },
    close: () => admin.disconnect(),
  };
}

/** Every partition of `orders.reservations` against the group of `consume`, or of another source. @throws as `read` */
export async function groupOffsets(
  config: Config,
  source?: GroupSource,
): Promise<readonly PartitionOffsets[]> {
  const reader = createOffsetsReader(config, createSilentLog(), source);
  try {
    return await reader.read();
  } finally {
    await reader.close();
  }
}

/** @throws what the client throws */
export async function readOffsets(
  admin: Admin,
  prefix: string,
  source: GroupSource,
): Promise<PartitionOffsets[]> {
  const topic = scopedName(prefix, source.topic);
  // The group first: a commit meanwhile then shows as too much lag, never as too little.
  const groupId = scopedName(prefix, source.group);
  const groups = await retryPassing(() => admin.fetchOffsets({ groupId, topics: [topic] }), {
    passes: isMoving,
  });
  const committed = new Map(
    groups.flatMap((group) => group.partitions.map(({ partition, offset }) => [partition, offset] as const)),
  );
  const ends = await admin.fetchTopicOffsets(topic);
  return ends
    .map(({ partition, low, high }) => {
      const at = committed.get(partition);
      const known = at !== undefined && BigInt(at) >= 0n ? at : null;
      // Retention may have removed what the group had not read.
      const from = known !== null && BigInt(known) > BigInt(low) ? BigInt(known) : BigInt(low);
      const lag = Math.max(0, Number(BigInt(high) - from));
      return { topic, partition, low, high, committed: known, lag };
    })
    .sort((a, b) => a.partition - b.partition);
}

async function withAdmin<T>(config: Config, log: Log, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = createKafka(config, log, 'admin', TIMES).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw toKafkaError(error, config);
  } finally {
    await admin.disconnect();
  }
}

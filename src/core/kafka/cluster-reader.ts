/** Kafka for those who check it: brokers, topics with their settings, and groups with their members. */
import { AssignerProtocol, type Admin } from 'kafkajs';
import type { Config } from '../config/schema.js';
import type { Log } from '../log.js';
import { scopedName, TOPICS, type TopicName } from '../names.js';
import { createKafka, toKafkaError } from './create-kafka.js';
import { readOffsets, type GroupSource, type PartitionOffsets } from './kafka-admin.js';

const TIMES = { requestTimeoutMs: 5_000, retries: 4 };
/** The client's enumeration of resource types cannot be imported by name from an ES module. */
const TOPIC_RESOURCE = 2;

export interface TopicReport {
  /** Unprefixed. */
  readonly topic: TopicName;
  readonly partitions: number;
  /** Copies of the partition that has the fewest. */
  readonly replicas: number;
  /** Partitions without a leader: nothing can be written to them. */
  readonly leaderless: number;
  /** By name, of those asked for; null where the broker does not tell (no right to ask). */
  readonly settings: Readonly<Record<TopicSetting, string | null>>;
}

export const TOPIC_SETTINGS = ['min.insync.replicas', 'retention.ms', 'max.message.bytes'] as const;
export type TopicSetting = (typeof TOPIC_SETTINGS)[number];

export interface GroupReport {
  /** As Kafka calls it: Stable, Empty, Dead, PreparingRebalance and so on. */
  readonly state: string;
  readonly members: number;
  /** Partitions of the topic that a member reads. */
  readonly assigned: readonly number[];
  readonly offsets: readonly PartitionOffsets[];
}

/** Each call @throws AppError UNAVAILABLE */
export interface ClusterReader {
  /** How many there are. */
  brokers(): Promise<number>;
  /** Those of our topics that exist. */
  topics(): Promise<readonly TopicReport[]>;
  /** Messages that a topic holds. */
  stored(topic: TopicName): Promise<readonly { partition: number; low: bigint; high: bigint }[]>;
  group(source: GroupSource): Promise<GroupReport>;
  close(): Promise<void>;
}

/** Connects with the first question. */
export function createClusterReader(config: Config, log: Log): ClusterReader {
  const admin = createKafka(config, log, 'admin', TIMES).admin();
  const inCluster = (name: string) => scopedName(config.prefix, name);
  let connected: Promise<void> | undefined;

  async function ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      connected ??= admin.connect();
      await connected;
      return await question(admin);
    } catch (error) {
      throw toKafkaError(error, config);
    }
  }

  return {
    brokers: () => ask(async () => (await admin.describeCluster()).brokers.length),
    topics: () =>
      ask(async () => {
        const present = new Set(await admin.listTopics());
        const names = Object.values(TOPICS).filter((name) => present.has(inCluster(name)));
        if (names.length === 0) return [];
        const { topics } = await admin.fetchTopicMetadata({ topics: names.map(inCluster) });
        const settings = await readSettings(admin, names.map(inCluster));
        return names.map((topic) => {
          const partitions = topics.find(({ name }) => name === inCluster(topic))?.partitions ?? [];
          const of = (setting: TopicSetting) => settings.get(`${inCluster(topic)} ${setting}`) ?? null;
          return {
            topic,
            partitions: partitions.length,
            replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
            leaderless: partitions.filter(({ leader }) => leader < 0).length,
            settings: {
              'min.insync.replicas': of('min.insync.replicas'),
              'retention.ms': of('retention.ms'),
              'max.message.bytes': of('max.message.bytes'),
            },
          };
        });
      }),
    stored: (topic) =>
      ask(async () => {
        const ends = await admin.fetchTopicOffsets(inCluster(topic));
        return ends.map(({ partition, low, high }) => ({
          partition,
          low: BigInt(low),
          high: BigInt(high),
        }));
      }),
    group: (source) =>
      ask(async () => {
        const { groups } = await admin.describeGroups([inCluster(source.group)]);
        const [group] = groups;
        const assigned = (group?.members ?? []).flatMap(({ memberAssignment }) =>
          memberAssignment.length === 0
            ? []
            : (AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment[
                inCluster(source.topic)
              ] ?? []),
        );
        return {
          state: group?.state ?? 'Unknown',
          members: group?.members.length ?? 0,
          assigned,
          offsets: await readOffsets(admin, config.prefix, source),
        };
      }),
    close: () => admin.disconnect(),
  };
}

/** Of each topic, by `topic setting`; empty where we may not ask. */
async function readSettings(admin: Admin, topics: readonly string[]): Promise<Map<string, string>> {
  try {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map((name) => ({
        type: TOPIC_RESOURCE,
        name,
        configNames: [...TOPIC_SETTINGS],
      })),
    });
    return new Map(
      resources.flatMap(({ resourceName, configEntries }) =>
        configEntries.map(
          ({ configName, configValue }) => [`${resourceName} ${configName}`, configValue] as const,
        ),
      ),
    );
  } catch (error) {
    if (error instanceof Error && 'type' in error && String(error.type).endsWith('AUTHORIZATION_FAILED')) {
      return new Map();
    }
    throw error;
  }
}

/** What the product asks of Kafka. Only this folder knows which client does it, so the client can be swapped. */
import type { TopicName } from '../names.js';

/** Several values when the name came several times. */
export type HeaderValue = Buffer | readonly Buffer[];

/** One message to be written. */
export interface KafkaRecord {
  /** Unprefixed; the publisher adds the deployment's prefix. */
  readonly topic: TopicName;
  /** Decides the partition, and so the order in which messages of one key are read; a dead letter may have none. */
  readonly key: string | Buffer | null;
  /** Null is a tombstone, which only a dead letter can be. */
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string | HeaderValue>>;
}

export interface Publisher {
  /**
   * Resolves when all in-sync replicas have every record. Batches are sent one at a time, in the order of the calls.
   * @throws AppError UNAVAILABLE when the brokers do not acknowledge: outcome unknown, safe to call again
   */
  publishBatch(records: readonly KafkaRecord[]): Promise<void>;
  /** Waits for the batch in flight and disconnects. */
  close(): Promise<void>;
}

/** One message as read, undecoded. */
export interface ConsumedMessage {
  /** A 64-bit integer in decimals: beyond what a number holds exactly. */
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue>>;
}

/** A message as it lies in a topic. */
export interface StoredMessage extends ConsumedMessage {
  readonly partition: number;
  /** By the clock of whoever wrote it. */
  readonly writtenAt: Date;
}

/** Consecutive messages of one partition, and what the handler may say about them. */
export interface ConsumedBatch {
  /** Prefixed, as it is called in the cluster. */
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly ConsumedMessage[];
  /** False once the partition was taken away or the consumer stops: end without committing. */
  isCurrent(): boolean;
  /**
   * Keeps the membership while the handler works; cheap to call often.
   * @throws what ended the membership, which the handler lets pass
   */
  heartbeat(): Promise<void>;
  /**
   * Says that everything up to and including this offset is durable, and commits it (I13).
   * @throws when the group has moved on, which the handler lets pass
   */
  commitThrough(offset: string): Promise<void>;
  /** Reads nothing more of this partition for a while; what is uncommitted comes again afterwards. */
  pauseFor(ms: number): void;
}

/** One message of a topic. */
export interface MessagePosition {
  readonly partition: number;
  readonly offset: string;
}

export interface PartitionPosition {
  readonly topic: string;
  readonly partition: number;
}

export interface BatchConsumer {
  /** Joins the group and hands over batches, one at a time per partition, until `stop`. */
  start(handle: (batch: ConsumedBatch) => Promise<void>): Promise<void>;
  /** The partitions this member holds now. */
  assigned(): readonly PartitionPosition[];
  /** Rejects when the client has given up for good; never resolves. */
  readonly failed: Promise<never>;
  /** Waits for the batches in hand, leaves the group, disconnects. */
  stop(): Promise<void>;
}

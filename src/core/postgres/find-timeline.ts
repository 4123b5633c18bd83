/** What happened to an order, in order. */
import type { TopicName } from '../names.js';
import type { Db } from './db.js';
import { isUuid } from './is-uuid.js';

export interface OrderEvent {
  readonly eventId: string;
  readonly orderId: string;
  readonly version: number;
  /** The status the order moved to, or TRACKED, PAYMENT_CAPTURED, PAYMENT_LATE, REFUND_DUE, REFUNDED. */
  readonly type: string;
  readonly data: unknown;
  /** Unprefixed; empty for events of the timeline only. */
  readonly topics: TopicName[];
  readonly occurredAt: Date;
  /** Null while the broker has not acknowledged all topics. */
  readonly publishedAt: Date | null;
}

interface EventRow {
  readonly event_id: string;
  readonly order_id: string;
  readonly version: number;
  readonly type: string;
  readonly data: unknown;
  readonly topics: TopicName[];
  readonly occurred_at: Date;
  readonly published_at: Date | null;
}

/** @param afterVersion only later events: what a reader that has seen this version still misses (I11) */
export async function findTimeline(db: Db, orderId: string, afterVersion = 0): Promise<OrderEvent[]> {
  if (!isUuid(orderId)) return [];
  const { rows } = await db.query<EventRow>({
    name: 'find_timeline',
    text: `select event_id, order_id, version, type, data, topics, occurred_at, published_at
           from order_events where order_id = $1 and version > $2 order by version`,
    values: [orderId, afterVersion],
  });
  return rows.map((row) => ({
    eventId: row.event_id,
    orderId: row.order_id,
    version: row.version,
    type: row.type,
    data: row.data,
    topics: row.topics,
    occurredAt: row.occurred_at,
    publishedAt: row.published_at,
  }));
}

/** Orders that no saga has begun yet: the candidates of `replay`. */
import type { Db } from './db.js';

export interface StuckFilter {
  /** Accepted at least this long ago. */
  readonly olderThanMs: number;
  readonly limit?: number;
  readonly productId?: string;
  /** Only these; UUIDs. */
  readonly orderIds?: readonly string[];
}

export interface StuckOrder {
  readonly orderId: string;
  readonly productId: string;
  readonly createdAt: Date;
  /** By Postgres's clock. */
  readonly ageSeconds: number;
  /** When its reservation event was last acknowledged by the broker; null while it waits in the outbox. */
  readonly publishedAt: Date | null;
  /** Of its reservation event. */
  readonly eventId: string;
  /** `consume` has seen it. */
  readonly tracked: boolean;
  readonly replayCount: number;
}

interface Row {
  readonly order_id: string;
  readonly product_id: string;
  readonly created_at: Date;
  readonly age_seconds: number;
  readonly published_at: Date | null;
  readonly event_id: string;
  readonly tracked: boolean;
  readonly replay_count: number;
}

/** @returns PENDING orders, oldest first */
export async function findStuckOrders(db: Db, filter: StuckFilter): Promise<StuckOrder[]> {
  const values: unknown[] = [filter.olderThanMs];
  const use = (value: unknown) => `$${values.push(value)}`;
  const { rows } = await db.query<Row>(
    `select o.order_id, o.product_id, o.created_at, e.published_at, e.event_id, o.tracked_at is not null as tracked, o.replay_count,
       greatest(0, extract(epoch from now() - o.created_at))::float8 as age_seconds
     from orders o join order_events e on e.order_id = o.order_id and e.version = 1
     where o.status = 'PENDING' and o.created_at <= now() - $1 * interval '1 millisecond'
       ${filter.productId === undefined ? '' : `and o.product_id = ${use(filter.productId)}`}
       ${filter.orderIds === undefined ? '' : `and o.order_id = any(${use(filter.orderIds)}::uuid[])`}
     order by o.created_at, o.order_id
     ${filter.limit === undefined ? '' : `limit ${use(filter.limit)}`}`,
    values,
  );
  return rows.map((row) => ({
    orderId: row.order_id,
    productId: row.product_id,
    createdAt: row.created_at,
    ageSeconds: row.age_seconds,
    publishedAt: row.published_at,
    eventId: row.event_id,
    tracked: row.tracked,
    replayCount: row.replay_count,
  }));
}

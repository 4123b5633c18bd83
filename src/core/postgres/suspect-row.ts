/** An order as those see it who look for what nobody carries on. */
import type { OrderStatus } from '../order.js';

export interface SuspectOrder {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly paid: boolean;
  /** The time to pay is over, by Postgres's clock. */
  readonly overdue: boolean;
  /** Since the order was accepted, by Postgres's clock. */
  readonly ageSeconds: number;
  /** When its reservation event was last acknowledged by the broker; null while it waits in the outbox. */
  readonly publishedAt: Date | null;
  readonly replayCount: number;
  /** From when on it may have been stuck: the end of its time to pay while it waits for that, else its acceptance. */
  readonly since: Date;
}

/** Names one row in the order in which suspects are read; exact, because the times of orders have whole milliseconds. */
export type SuspectCursor = Pick<SuspectOrder, 'since' | 'orderId'>;

export interface SuspectRow {
  readonly order_id: string;
  readonly status: OrderStatus;
  readonly paid: boolean;
  readonly overdue: boolean;
  readonly age_seconds: number;
  readonly published_at: Date | null;
  readonly replay_count: number;
  readonly since: Date;
}

/**
 * @param orders what selects them from `orders o`. The page is cut before the events are looked up, so that a page costs
 *   the same however many rows there are
 */
export function suspectsAmong(orders: string): string {
  // The reservation event is an order's version 1; a replay puts the same row back.
  return `select o.order_id, o.status, o.paid, o.replay_count, e.published_at,
            coalesce(o.pay_by < now(), false) as overdue,
            greatest(0, extract(epoch from now() - o.created_at))::float8 as age_seconds,
            case when o.status = 'PAYMENT_PENDING' then o.pay_by else o.created_at end as since
          from (select o.* from orders o where ${orders}) o
          join order_events e on e.order_id = o.order_id and e.version = 1`;
}

export function toSuspect(row: SuspectRow): SuspectOrder {
  return {
    orderId: row.order_id,
    status: row.status,
    paid: row.paid,
    overdue: row.overdue,
    ageSeconds: row.age_seconds,
    publishedAt: row.published_at,
    replayCount: row.replay_count,
    since: row.since,
  };
}

/** What PostgreSQL knows of where orders stand: all that triage needs, for many orders in one statement. */
import type { OrderStatus } from '../order.js';
import type { Db } from './db.js';
import type { PaymentStatus } from './payment-row.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface StoredFacts {
  readonly orderId: string;
  readonly reservationId: string;
  readonly productId: string;
  readonly status: OrderStatus;
  readonly version: number;
  /** Of the stock row: what Redis must be loaded under. Null for a product without stock. */
  readonly epoch: number | null;
  readonly generation: number;
  readonly paid: boolean;
  /** By Postgres's clock, like all times here. Since the order was accepted. */
  readonly ageMs: number;
  /** Since anything about the order or its newest payment changed. */
  readonly silentMs: number;
  /** Until the time to pay ends, negative when it is over; null before it runs. */
  readonly remainingMs: number | null;
  /** When the broker acknowledged the reservation event, the one a replay put back included; null until then. */
  readonly publishedAt: Date | null;
  /** The newest payment; null when none was asked for. */
  readonly payment: { readonly attempt: number; readonly status: PaymentStatus } | null;
  /** Money came after the order had expired, and nobody has decided about it yet. */
  readonly latePayment: boolean;
  readonly refundDue: boolean;
  readonly reviewReason: string | null;
  readonly holdDone: boolean;
  readonly replayCount: number;
  readonly trackedAt: Date | null;
  readonly restockedAt: Date | null;
  /** An operator has called the sale off. */
  readonly calledOff: boolean;
  /** Its units are free in Postgres and not on offer in Redis yet. */
  readonly restockOpen: boolean;
}

interface Row {
  readonly order_id: string;
  readonly reservation_id: string;
  readonly product_id: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly epoch: string | null;
  readonly generation: number;
  readonly paid: boolean;
  readonly age_ms: number;
  readonly silent_ms: number;
  readonly remaining_ms: number | null;
  readonly published_at: Date | null;
  readonly attempt: number | null;
  readonly payment_status: PaymentStatus | null;
  readonly late_payment: boolean;
  readonly refund_due: boolean;
  readonly review_reason: string | null;
  readonly hold_done: boolean;
  readonly replay_count: number;
  readonly tracked_at: Date | null;
  readonly restocked_at: Date | null;
  readonly restock_open: boolean;
  readonly called_off: boolean;
}

/** @param orderIds UUIDs. @returns by order id; ids without an order are absent */
export async function findOrderFacts(db: Db, orderIds: readonly string[]): Promise<Map<string, StoredFacts>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await db.query<Row>({
    // The few orders first: a plan made before the sale would take the other tables whole.
    text: `with named as materialized (
             select o.* from orders o
             where o.order_id = any($1::uuid[]) and o.status not in ('ABANDONED', 'REFUSED')
           )
           select n.order_id, n.reservation_id, n.product_id, n.status, n.version, s.epoch, n.generation, n.paid,
             (extract(epoch from now() - n.created_at) * 1000)::float8 as age_ms,
             (extract(epoch from now() - greatest(n.updated_at, p.updated_at)) * 1000)::float8 as silent_ms,
             (extract(epoch from n.pay_by - now()) * 1000)::float8 as remaining_ms,
             e.published_at, p.attempt, p.status as payment_status,
             n.status = 'EXPIRED' and not n.paid and not n.refund_due and exists (
               select from payments l where l.order_id = n.order_id and l.status = 'LATE') as late_payment,
             n.refund_due, n.review_reason, n.hold_done, n.replay_count, n.tracked_at, n.restocked_at,
             n.restock_open, n.refund_requested_at is not null as called_off
           from named n
           left join stock s on s.product_id = n.product_id
           left join lateral (
             select v.published_at from order_events v where v.order_id = n.order_id and v.version = 1
           ) e on true
           left join lateral (
             select y.attempt, y.status, y.updated_at from payments y
             where y.order_id = n.order_id order by y.attempt desc limit 1
           ) p on true`,
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, toFacts(row)]));
}

function toFacts(row: Row): StoredFacts {
  return {
    orderId: row.order_id,
    reservationId: row.reservation_id,
    productId: row.product_id,
    status: row.status,
    version: row.version,
    epoch: row.epoch === null ? null : toSafeInteger(row.epoch),
    generation: row.generation,
    paid: row.paid,
    ageMs: row.age_ms,
    silentMs: Math.max(0, row.silent_ms),
    remainingMs: row.remaining_ms,
    publishedAt: row.published_at,
    payment:
      row.attempt === null || row.payment_status === null
        ? null
        : { attempt: row.attempt, status: row.payment_status },
    latePayment: row.late_payment,
    refundDue: row.refund_due,
    reviewReason: row.review_reason,
    holdDone: row.hold_done,
    replayCount: row.replay_count,
    trackedAt: row.tracked_at,
    restockedAt: row.restocked_at,
    calledOff: row.called_off,
    restockOpen: row.restock_open,
  };
}

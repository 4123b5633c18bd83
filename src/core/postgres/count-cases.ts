/** How many orders wait for a person, for their money, or for somebody to go on with them. */
import type { Db } from './db.js';

export interface Cases {
  readonly review: number;
  readonly refundsDue: number;
  /** Of the oldest, since the order was accepted; null without any. */
  readonly oldestRefundMs: number | null;
  /** PENDING for longer than asked. */
  readonly waiting: number;
  readonly oldestWaitingMs: number | null;
}

/** Counting stops here: more is as bad. */
const CAP = 10_000;

interface Row {
  readonly review: number;
  readonly refunds: number;
  readonly oldest_refund_ms: number | null;
  readonly waiting: number;
  readonly oldest_waiting_ms: number | null;
}

/** @param options.waitingMs PENDING for at least this long counts as waiting */
export async function countCases(db: Db, options: { readonly waitingMs: number }): Promise<Cases> {
  const { rows } = await db.query<Row>({
    text: `with review as (select from orders where review_reason is not null limit $1),
             refunds as (select created_at from orders where refund_due order by created_at limit $1),
             waiting as (
               select created_at from orders
               where status in ('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED')
                 and status = 'PENDING' and created_at <= now() - $2 * interval '1 millisecond'
               order by created_at limit $1
             )
           select (select count(*) from review)::integer as review,
             (select count(*) from refunds)::integer as refunds,
             (select extract(epoch from now() - min(created_at)) * 1000 from refunds)::float8 as oldest_refund_ms,
             (select count(*) from waiting)::integer as waiting,
             (select extract(epoch from now() - min(created_at)) * 1000 from waiting)::float8 as oldest_waiting_ms`,
    values: [CAP, options.waitingMs],
  });
  const [row] = rows;
  return {
    review: row?.review ?? 0,
    refundsDue: row?.refunds ?? 0,
    oldestRefundMs: row?.oldest_refund_ms ?? null,
    waiting: row?.waiting ?? 0,
    oldestWaitingMs: row?.oldest_waiting_ms ?? null,
  };
}

/** Orders that wait for a person: flagged, or with a refund that the gateway refused. */
import type { Money } from '../money.js';
import type { Order } from '../order.js';
import { CAUSES, REVIEW_CAUSES, type ReviewCause } from '../review/causes.js';
import type { Db } from './db.js';
import type { OrderCursor } from './list-orders.js';
import { orderColumns, toOrder, VISIBLE, type OrderRow } from './order-row.js';

export interface RefusedPayment {
  readonly attempt: number;
  readonly gateway: string;
  readonly gatewayReference: string | null;
  /** Why the gateway refused, in its own code. */
  readonly refusal: string;
  readonly amount: Money;
}

export interface Review {
  readonly order: Order;
  readonly cause: ReviewCause;
  /** The sentence that was noted; null when only a refused refund waits. */
  readonly reason: string | null;
  readonly refused: readonly RefusedPayment[];
}

export interface ReviewFilter {
  /** Only these orders; UUIDs. */
  readonly orderIds?: readonly string[];
  readonly causes?: readonly ReviewCause[];
  readonly productIds?: readonly string[];
  /** Accepted at least this long ago. */
  readonly olderThanMs?: number;
  readonly after?: OrderCursor;
  readonly limit: number;
}

interface Row extends OrderRow {
  readonly cause: ReviewCause;
  readonly review_reason: string | null;
  readonly refused: readonly RefusedPayment[] | null;
}

const REFUSED = `p.status in ('CAPTURED', 'LATE') and p.refund_refusal is not null`;
const CAUSE = `case when o.review_reason is null then 'REFUND_REFUSED'
  ${REVIEW_CAUSES.map((cause) => `when o.review_reason like '${CAUSES[cause].like}' then '${cause}'`).join('\n  ')} end`;

/** @returns oldest order first */
export async function findReviews(db: Db, filter: ReviewFilter): Promise<Review[]> {
  const { rows } = await db.query<Row>({
    // The few that wait first, and by arrays: nothing tells the planner how few they are.
    text: `with due as materialized (select o.order_id from orders o where o.refund_due),
           waiting as materialized (
             select o.order_id from orders o where o.review_reason is not null
             union
             select p.order_id from payments p
             where p.order_id = any(array(select d.order_id from due d)) and ${REFUSED}
           ),
           found as (
             select ${orderColumns('o')}, o.review_reason, ${CAUSE} as cause
             from orders o
             where o.order_id = any(array(select w.order_id from waiting w)) and o.${VISIBLE} and ($1::uuid[] is null or o.order_id = any($1))
               and ($2::text[] is null or o.product_id = any($2))
               and ($3::float8 is null or o.created_at <= now() - $3 * interval '1 millisecond')
               and ($4::timestamptz is null or (o.created_at, o.order_id) > ($4, $5::uuid))
           )
           select f.*, (select json_agg(json_build_object('attempt', p.attempt, 'gateway', p.gateway,
               'gatewayReference', p.gateway_reference, 'refusal', p.refund_refusal,
               'amount', json_build_object('amountMinor', p.amount_minor, 'currency', p.currency)) order by p.attempt)
             from payments p where p.order_id = f.order_id and ${REFUSED}) as refused
           from found f where $6::text[] is null or f.cause = any($6)
           order by f.created_at, f.order_id limit $7`,
    values: [
      filter.orderIds ?? null,
      filter.productIds ?? null,
      filter.olderThanMs ?? null,
      filter.after?.createdAt ?? null,
      filter.after?.orderId ?? null,
      filter.causes ?? null,
      filter.limit,
    ],
  });
  return rows.map((row) => ({
    order: toOrder(row),
    cause: row.cause,
    reason: row.review_reason,
    refused: row.refused ?? [],
  }));
}

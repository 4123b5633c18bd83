/** Orders that wait for their payment, page by page, with what a sweep must know to see whom nobody moves. */
import type { Db } from './db.js';

/** Where a page ended; the next one begins after it. */
export interface WaitingCursor {
  readonly payBy: Date;
  readonly orderId: string;
}

export interface WaitingOrder extends WaitingCursor {
  readonly paid: boolean;
  /** By Postgres's clock; negative while there is time to pay. */
  readonly overdueMs: number;
  /** Since anything about the order or its newest payment changed. */
  readonly silentMs: number;
  /** The newest payment that was asked for; null when none was. */
  readonly attempt: { readonly number: number; readonly unanswered: boolean } | null;
}

interface Row {
  readonly order_id: string;
  readonly pay_by: Date;
  readonly paid: boolean;
  readonly overdue_ms: number;
  readonly silent_ms: number;
  readonly attempt: number | null;
  readonly unanswered: boolean | null;
}

/** @returns at most `limit`, soonest deadline first */
export async function findWaitingOrders(
  db: Db,
  options: { readonly after: WaitingCursor | null; readonly limit: number },
): Promise<WaitingOrder[]> {
  const { after, limit } = options;
  const { rows } = await db.query<Row>({
    text: `with waiting as materialized (
             select order_id, pay_by, paid, updated_at from orders
             where status = 'PAYMENT_PENDING' ${after ? 'and (pay_by, order_id) > ($2, $3)' : ''}
             order by pay_by, order_id limit $1
           )
           select w.order_id, w.pay_by, w.paid,
             (extract(epoch from now() - w.pay_by) * 1000)::float8 as overdue_ms,
             (extract(epoch from now() - greatest(w.updated_at, p.updated_at)) * 1000)::float8 as silent_ms,
             p.attempt, p.status = 'REQUESTED' as unanswered
           from waiting w
           left join lateral (
             select y.attempt, y.status, y.updated_at from payments y
             where y.order_id = w.order_id order by y.attempt desc limit 1
           ) p on true
           order by w.pay_by, w.order_id`,
    values: after ? [limit, after.payBy, after.orderId] : [limit],
  });
  return rows.map((row) => ({
    orderId: row.order_id,
    payBy: row.pay_by,
    paid: row.paid,
    overdueMs: row.overdue_ms,
    silentMs: row.silent_ms,
    attempt: row.attempt === null ? null : { number: row.attempt, unanswered: row.unanswered === true },
  }));
}

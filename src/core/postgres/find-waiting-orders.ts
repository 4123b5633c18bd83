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
    name: 'waiting_orders',
    text: `select order_id, pay_by, paid, overdue_ms, silent_ms, attempt, unanswered
           from waiting_orders(coalesce($1::timestamptz, '-infinity'), coalesce($2::uuid, '00000000-0000-0000-0000-000000000000'), $3)`,
    values: [after?.payBy ?? null, after?.orderId ?? null, limit],
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

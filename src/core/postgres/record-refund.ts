/** Money back: what the gateway refunded becomes a fact of the order. */
import type { Db } from './db.js';

export interface Refund {
  readonly orderId: string;
  readonly attempt: number;
  /** The gateway's id of the refund. */
  readonly refundReference: string;
}

/** @returns `unknown` when no money was taken by that attempt */
export async function recordRefund(db: Db, refund: Refund): Promise<'refunded' | 'already' | 'unknown'> {
  const { rows } = await db.query<{ outcome: 'refunded' | 'already' | 'unknown' }>({
    name: 'record_refund',
    text: 'select record_refund($1, $2, $3) as outcome',
    values: [refund.orderId, refund.attempt, refund.refundReference],
  });
  return rows[0]?.outcome ?? 'unknown';
}

/** Ended orders of the last day whose Redis half is done, page by page: each must have left its mark there. */
import type { HoldName } from './confirm-orders.js';
import type { Db } from './db.js';
import type { LiveCursor } from './find-live-holds.js';

export interface DoneHold extends HoldName, LiveCursor {}

interface Row {
  readonly order_id: string;
  readonly reservation_id: string;
  readonly generation: number;
  readonly created_at: Date;
}

/**
 * By the age of the order, since a mark is younger than it, while later changes say nothing of when it ended.
 * @returns at most `limit`, oldest first
 */
export async function findEndedHolds(
  db: Db,
  options: {
    readonly productId: string;
    readonly youngerThanMs: number;
    readonly after: LiveCursor | null;
    readonly limit: number;
  },
): Promise<DoneHold[]> {
  const { productId, youngerThanMs, after, limit } = options;
  const { rows } = await db.query<Row>({
    text: `select order_id, reservation_id, generation, created_at from orders
           where product_id = $1 and hold_done and status in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED')
             and created_at > now() - $2 * interval '1 millisecond'
             and (created_at, order_id) > ($3::timestamptz, $4::uuid)
           order by created_at, order_id
           limit $5`,
    values: [
      productId,
      youngerThanMs,
      after?.createdAt ?? '-infinity',
      after?.orderId ?? '00000000-0000-0000-0000-000000000000',
      limit,
    ],
  });
  return rows.map((row) => ({
    productId,
    orderId: row.order_id,
    reservationId: row.reservation_id,
    generation: row.generation,
    createdAt: row.created_at,
  }));
}

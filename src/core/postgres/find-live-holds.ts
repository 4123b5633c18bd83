/** The holds that Redis must have, page by page: one for each order that is not final. */
import { LIVE_STATUSES } from '../order.js';
import type { TakenHold } from '../redis/take.js';
import type { Db } from './db.js';
import { TAKEN_HOLD_COLUMNS, toTakenHold, type TakenHoldRow } from './taken-hold-row.js';

/** Where a page ended; the next one begins after it. */
export interface LiveCursor {
  readonly createdAt: Date;
  readonly orderId: string;
}

export interface LiveHold extends TakenHold, LiveCursor {
  /** Since the row last changed, by Postgres's clock. */
  readonly quietMs: number;
}

interface Row extends TakenHoldRow {
  readonly created_at: Date;
  readonly quiet_ms: number;
}

/**
 * @param options.after null for the first page
 * @param options.orderIds only of these
 * @returns at most `limit`, oldest first
 */
export async function findLiveHolds(
  db: Db,
  options: {
    readonly productId: string;
    readonly after: LiveCursor | null;
    readonly limit: number;
    readonly orderIds?: readonly string[];
  },
): Promise<LiveHold[]> {
  const { productId, after, limit, orderIds } = options;
  const { rows } = await db.query<Row>({
    text: `select ${TAKEN_HOLD_COLUMNS}, created_at, (extract(epoch from now() - updated_at) * 1000)::float8 as quiet_ms
           from orders
           where product_id = $1 and status in (${LIVE_STATUSES.map((status) => `'${status}'`).join(', ')})
             and (created_at, order_id) > ($2::timestamptz, $3::uuid)
             ${orderIds === undefined ? '' : 'and order_id = any($5::uuid[])'}
           order by created_at, order_id
           limit $4`,
    values: [
      productId,
      after?.createdAt ?? '-infinity',
      after?.orderId ?? '00000000-0000-0000-0000-000000000000',
      limit,
      ...(orderIds === undefined ? [] : [orderIds]),
    ],
  });
  return rows.map((row) => ({
    ...toTakenHold(row),
    orderId: row.order_id,
    createdAt: row.created_at,
    quietMs: row.quiet_ms,
  }));
}

/** Orders that no saga has begun yet. */
import type { Db } from './db.js';
import {
  suspectsAmong,
  toSuspect,
  type SuspectCursor,
  type SuspectOrder,
  type SuspectRow,
} from './suspect-row.js';

export interface StuckFilter {
  /** Accepted at least this long ago. */
  readonly olderThanMs: number;
  readonly limit: number;
  /** Only these; all when undefined. */
  readonly productIds?: readonly string[] | undefined;
  readonly after?: SuspectCursor | null;
}

/** @returns PENDING orders, oldest first */
export async function findStuckOrders(db: Db, filter: StuckFilter): Promise<SuspectOrder[]> {
  const values: unknown[] = [filter.olderThanMs, filter.limit];
  const use = (value: unknown) => `$${values.push(value)}`;
  const { after, productIds } = filter;
  const { rows } = await db.query<SuspectRow>(
    `${suspectsAmong(`o.status = 'PENDING' and o.created_at <= now() - $1 * interval '1 millisecond'
       ${productIds ? `and o.product_id = any(${use(productIds)})` : ''}
       ${after ? `and (o.created_at, o.order_id) > (${use(after.since)}, ${use(after.orderId)}::uuid)` : ''}
       order by o.created_at, o.order_id limit $2`)}
     order by o.created_at, o.order_id`,
    values,
  );
  return rows.map(toSuspect);
}

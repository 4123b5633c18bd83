/** Orders as an operator filters them, newest first, page by page. */
import { LIVE_STATUSES, type Order, type OrderStatus } from '../order.js';
import type { Db } from './db.js';
import { orderColumns, toOrder, VISIBLE, type OrderRow } from './order-row.js';

/** Names the last row of a page; exact, because order times have whole milliseconds. */
export interface OrderCursor {
  readonly createdAt: Date;
  readonly orderId: string;
}

export interface OrderFilter {
  readonly statuses?: readonly OrderStatus[];
  readonly productId?: string;
  readonly userId?: string;
  /** Accepted at least this long ago. */
  readonly olderThanMs?: number;
  /** Accepted at most this long ago. */
  readonly sinceMs?: number;
  /** Accepted at this moment or before it. */
  readonly createdUntil?: Date;
  /** Accepted at this moment or after it. */
  readonly createdSince?: Date;
  /** Only orders whose sale was not called off yet: `money` to give back, or also `units`. */
  readonly refundable?: 'money' | 'units';
  readonly limit: number;
  readonly after?: OrderCursor;
}

export async function listOrders(db: Db, filter: OrderFilter): Promise<Order[]> {
  const values: unknown[] = [];
  const use = (value: unknown) => `$${values.push(value)}`;
  const conditions = [`o.${VISIBLE}`];
  if (filter.statuses) {
    conditions.push(`o.status = any(${use(filter.statuses)})`);
    // Said in the words of the partial index, or the planner cannot know that it serves.
    if (filter.statuses.every((status) => (LIVE_STATUSES as readonly string[]).includes(status))) {
      conditions.push(`o.status in (${LIVE_STATUSES.map((status) => `'${status}'`).join(', ')})`);
    }
  }
  if (filter.productId !== undefined) conditions.push(`o.product_id = ${use(filter.productId)}`);
  if (filter.userId !== undefined) conditions.push(`o.user_id = ${use(filter.userId)}`);
  if (filter.olderThanMs !== undefined)
    conditions.push(`o.created_at <= now() - ${use(filter.olderThanMs)} * interval '1 millisecond'`);
  if (filter.sinceMs !== undefined)
    conditions.push(`o.created_at >= now() - ${use(filter.sinceMs)} * interval '1 millisecond'`);
  if (filter.createdUntil) conditions.push(`o.created_at <= ${use(filter.createdUntil)}`);
  if (filter.createdSince) conditions.push(`o.created_at >= ${use(filter.createdSince)}`);
  if (filter.refundable === 'money') conditions.push('o.refund_requested_at is null');
  if (filter.refundable === 'units')
    conditions.push('(o.refund_requested_at is null or o.restocked_at is null)');
  if (filter.after) {
    conditions.push(
      `(o.created_at, o.order_id) < (${use(filter.after.createdAt)}, ${use(filter.after.orderId)})`,
    );
  }
  const { rows } = await db.query<OrderRow>(
    `select ${orderColumns('o')} from orders o
     where ${conditions.join(' and ')}
     order by o.created_at desc, o.order_id desc
     limit ${use(filter.limit)}`,
    values,
  );
  return rows.map(toOrder);
}

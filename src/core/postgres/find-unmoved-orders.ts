/** Live orders that a saga has begun and then nobody moved for a while, although they do not wait for the customer. */
import type { OrderStatus } from '../order.js';
import type { Db } from './db.js';

export interface UnmovedOrder {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly paid: boolean;
  /** Since the order was accepted. */
  readonly ageSeconds: number;
  /** The time to pay is over. */
  readonly overdue: boolean;
}

interface Row {
  readonly order_id: string;
  readonly status: OrderStatus;
  readonly paid: boolean;
  readonly age_seconds: number;
  readonly overdue: boolean;
}

/**
 * @param filter.olderThanMs how long nothing has happened; an order waiting for payment counts from the end of its
 *   time to pay. @returns oldest first
 */
export async function findUnmovedOrders(
  db: Db,
  filter: { readonly olderThanMs: number; readonly productIds?: readonly string[] },
): Promise<UnmovedOrder[]> {
  const { rows } = await db.query<Row>({
    text: `select order_id, status, paid, extract(epoch from now() - created_at)::float8 as age_seconds,
             coalesce(pay_by < now(), false) as overdue
           from orders
           where status in ('INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED')
             and updated_at <= now() - $1 * interval '1 millisecond'
             and (status <> 'PAYMENT_PENDING' or paid or pay_by <= now() - $1 * interval '1 millisecond')
             and ($2::text[] is null or product_id = any($2))
           order by created_at`,
    values: [filter.olderThanMs, filter.productIds ?? null],
  });
  return rows.map((row) => ({
    orderId: row.order_id,
    status: row.status,
    paid: row.paid,
    ageSeconds: row.age_seconds,
    overdue: row.overdue,
  }));
}

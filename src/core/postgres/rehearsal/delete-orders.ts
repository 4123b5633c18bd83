/** Deletes orders of a rehearsal with their events and payments. Orders of customers are never deleted. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';

export interface DeletedOrders {
  readonly orders: number;
  readonly events: number;
  readonly payments: number;
}

/** @param prefix of the products of the run: an order of any other product is left, whatever its id */
export async function deleteOrders(
  db: Db,
  prefix: string,
  orderIds: readonly string[],
): Promise<DeletedOrders> {
  const { rows } = await db.query<Record<keyof DeletedOrders, string>>({
    text: `with doomed as (
             select order_id from orders where order_id = any($2::uuid[]) and starts_with(product_id, $1)
           ), gone_payments as (
             delete from payments where order_id in (select order_id from doomed) returning 1
           ), gone_events as (
             delete from order_events where order_id in (select order_id from doomed) returning 1
           ), gone_orders as (
             delete from orders where order_id in (select order_id from doomed) returning 1
           )
           select (select count(*) from gone_orders) as orders, (select count(*) from gone_events) as events,
             (select count(*) from gone_payments) as payments`,
    values: [prefix, orderIds],
  });
  const [row] = rows;
  const count = (name: keyof DeletedOrders) => toSafeInteger(row?.[name] ?? '0');
  return { orders: count('orders'), events: count('events'), payments: count('payments') };
}

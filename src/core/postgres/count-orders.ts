/** How many orders of each status match a filter. */
import { ORDER_STATUSES, type OrderStatus } from '../order.js';
import type { Db } from './db.js';
import { conditionsOf, type OrderFilter } from './order-filter.js';

/** Reads every order that matches, all of them without a filter. @returns zero for a status that none has */
export async function countOrders(db: Db, filter: OrderFilter): Promise<Record<OrderStatus, number>> {
  const values: unknown[] = [];
  const use = (value: unknown) => `$${values.push(value)}`;
  const conditions = conditionsOf(filter, use);
  if (filter.productIds) conditions.push(`o.product_id = any(${use(filter.productIds)}::text[])`);
  const { rows } = await db.query<{ status: OrderStatus; n: string }>(
    `select o.status, count(*) as n from orders o where ${conditions.join(' and ')} group by o.status`,
    values,
  );
  const counted = new Map(rows.map(({ status, n }) => [status, Number(n)]));
  return Object.fromEntries(ORDER_STATUSES.map((status) => [status, counted.get(status) ?? 0])) as Record<
    OrderStatus,
    number
  >;
}

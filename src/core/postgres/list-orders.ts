/** Orders as an operator filters and sorts them, page by page. */
import type { Order } from '../order.js';
import type { Db } from './db.js';
import {
  conditionsOf,
  isLiveOnly,
  KIND_CONDITIONS,
  type OrderFilter,
  type OrderKind,
} from './order-filter.js';
import { orderColumns, toOrder, type OrderRow } from './order-row.js';

export type { OrderFilter } from './order-filter.js';

export const ORDER_SORTS = ['created', 'updated', 'amount'] as const;
export type OrderSort = (typeof ORDER_SORTS)[number];

/** Names the last row of a page; exact, because order times have whole milliseconds. An order names itself. */
export interface OrderCursor extends Pick<Order, 'orderId' | 'createdAt'> {
  /** For a page sorted by it: the value that it had on the page before. */
  readonly updatedAt?: Date;
  readonly amount?: Order['amount'];
}

export interface OrderPage extends OrderFilter {
  /** Only orders of any of these kinds. */
  readonly kinds?: readonly OrderKind[];
  /** Default: by the moment of acceptance. */
  readonly sort?: OrderSort;
  /** Smallest or oldest first; default: largest or newest. */
  readonly ascending?: boolean;
  readonly limit: number;
  readonly after?: OrderCursor;
}

const SORT_COLUMNS: Readonly<Record<OrderSort, keyof OrderRow>> = {
  created: 'created_at',
  updated: 'updated_at',
  amount: 'amount_minor',
};

export async function listOrders(db: Db, page: OrderPage): Promise<Order[]> {
  const values: unknown[] = [];
  const use = (value: unknown) => `$${values.push(value)}`;
  const column = SORT_COLUMNS[page.sort ?? 'created'];
  const direction = page.ascending ? 'asc' : 'desc';
  const limit = use(page.limit);
  const sorted = `order by o.${column} ${direction}, o.order_id ${direction} limit ${limit}`;
  const conditions = conditionsOf(page, use);
  if (page.after) {
    const than = page.ascending ? '>' : '<';
    conditions.push(
      `(o.${column}, o.order_id) ${than} (${use(placeOf(page))}, ${use(page.after.orderId)}::uuid)`,
    );
  }
  const { rows } = await db.query<OrderRow>(textOf(page, conditions, sorted, use), values);
  return rows.map(toOrder);
}

function placeOf({ sort, after }: OrderPage): Date | number | undefined {
  if (sort === 'updated') return after?.updatedAt;
  return sort === 'amount' ? after?.amount?.amountMinor : after?.createdAt;
}

/**
 * One statement in which each part reads along the index that fits it: a plan for all of them at once reads the table.
 */
function textOf(
  page: OrderPage,
  conditions: readonly string[],
  sorted: string,
  use: (value: unknown) => string,
): string {
  const { productIds, kinds } = page;
  const products = productIds === undefined ? null : use(productIds);
  // The index of a product is in the order of acceptance: any other order has to read all of its orders.
  if (products !== null && !kinds && !isLiveOnly(page) && (page.sort ?? 'created') === 'created') {
    return `select ${orderColumns('o')} from unnest(${products}::text[]) as p(product_id) cross join lateral (
      select * from orders o where o.product_id = p.product_id and ${conditions.join(' and ')} ${sorted}
    ) o ${sorted}`;
  }
  const of = (more: readonly string[]) =>
    `select ${orderColumns('o')} from orders o where ${[...conditions, ...more].join(' and ')} ${sorted}`;
  const ofProducts = products === null ? [] : [`o.product_id = any(${products}::text[])`];
  if (!kinds) return of(ofProducts);
  // The same order may be of several kinds; union keeps one.
  const parts = kinds.map((kind) => `(${of([...ofProducts, KIND_CONDITIONS[kind]])})`);
  return `select ${orderColumns('o')} from (${parts.join(' union ')}) o ${sorted}`;
}

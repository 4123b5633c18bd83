/** When each product had its first and its last order: two look-ups in an index each, however many orders there are. */
import type { Db } from '../db.js';
import { VISIBLE } from '../order-row.js';

export interface OrderSpan {
  readonly productId: string;
  /** When the product was first heard of. */
  readonly madeAt: Date;
  /** Null for a product without an order in the window. */
  readonly firstOrderAt: Date | null;
  readonly lastOrderAt: Date | null;
}

export interface SpanFilter {
  /** Only these; all products when left out. */
  readonly productIds?: readonly string[];
  readonly since?: Date;
  readonly until?: Date;
}

interface Row {
  readonly product_id: string;
  readonly created_at: Date;
  readonly first: Date | null;
  readonly last: Date | null;
}

const end = (direction: 'asc' | 'desc') => `(
  select o.created_at from orders o
  where o.product_id = p.product_id and o.${VISIBLE}
    and o.created_at >= coalesce($2, '-infinity'::timestamptz) and o.created_at <= coalesce($3, 'infinity'::timestamptz)
  order by o.created_at ${direction}, o.order_id ${direction} limit 1)`;

/** @returns sorted by product; names that are no products are absent */
export async function findOrderSpans(db: Db, filter: SpanFilter): Promise<OrderSpan[]> {
  const { rows } = await db.query<Row>(
    `select p.product_id, p.created_at, ${end('asc')} as first, ${end('desc')} as last
     from products p where $1::text[] is null or p.product_id = any($1)
     order by p.product_id`,
    [filter.productIds ?? null, filter.since ?? null, filter.until ?? null],
  );
  return rows.map((row) => ({
    productId: row.product_id,
    madeAt: row.created_at,
    firstOrderAt: row.first,
    lastOrderAt: row.last,
  }));
}

/** The sales of many products, each written in full: what a plan made of them. */
import type { Db } from './db.js';
import { toSale, type Sale, type SaleRow } from './sale-row.js';

export interface SaleToPut extends Omit<Sale, 'revision'> {
  /** The new revision is higher than this too: one that Redis has, and that Postgres may have lost. 0 for none. */
  readonly above: number;
}

/**
 * Makes those without a row. Every call raises the revision of each.
 * @param sales of products that exist, unique by product
 * @returns sorted by product
 */
export async function putSales(db: Db, sales: readonly SaleToPut[]): Promise<Sale[]> {
  if (sales.length === 0) return [];
  const { rows } = await db.query<SaleRow>(
    `with put as (
       insert into sales (product_id, state, opens_at, closes_at, max_per_order, max_per_customer, revision)
       select n.product_id, n.state, n.opens_at, n.closes_at, n.max_per_order, n.max_per_customer, n.above + 1
       from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::integer[], $6::integer[],
         $7::bigint[]) as n(product_id, state, opens_at, closes_at, max_per_order, max_per_customer, above)
       order by n.product_id
       on conflict (product_id) do update set
         state = excluded.state, opens_at = excluded.opens_at, closes_at = excluded.closes_at,
         max_per_order = excluded.max_per_order, max_per_customer = excluded.max_per_customer,
         revision = greatest(sales.revision + 1, excluded.revision), updated_at = now()
       returning product_id, state, opens_at, closes_at, max_per_order, max_per_customer, revision
     )
     select * from put order by product_id`,
    [
      sales.map((sale) => sale.productId),
      sales.map((sale) => sale.state),
      sales.map((sale) => sale.opensAt),
      sales.map((sale) => sale.closesAt),
      sales.map((sale) => sale.maxPerOrder),
      sales.map((sale) => sale.maxPerCustomer),
      sales.map((sale) => sale.above),
    ],
  );
  return rows.map(toSale);
}

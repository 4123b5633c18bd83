/** The sale of products: state, window and limits. */
import type { Db } from './db.js';
import { toSale, type Sale, type SaleRow, type SaleState } from './sale-row.js';

/** What is left out stays as it is; null takes it away. */
export interface SaleChange {
  readonly state?: SaleState;
  readonly opensAt?: Date | null;
  readonly closesAt?: Date | null;
  readonly maxPerOrder?: number | null;
  readonly maxPerCustomer?: number | null;
}

const FIELDS = [
  ['state', 'state', 'text'],
  ['opensAt', 'opens_at', 'timestamptz'],
  ['closesAt', 'closes_at', 'timestamptz'],
  ['maxPerOrder', 'max_per_order', 'integer'],
  ['maxPerCustomer', 'max_per_customer', 'integer'],
] as const;

/**
 * Applies one change to the sales of products that exist, making those without a row; a new row is OPEN unless the
 * change says otherwise. Every call raises the revision.
 * @returns sorted by product; products that do not exist are absent
 */
export async function putSale(db: Db, productIds: readonly string[], change: SaleChange): Promise<Sale[]> {
  const given = FIELDS.filter(([field]) => change[field] !== undefined);
  const values: unknown[] = [productIds, ...given.map(([field]) => change[field])];
  const columns = given.map(([, column]) => column);
  const { rows } = await db.query<SaleRow>(
    `with put as (
       insert into sales (${['product_id', ...columns].join(', ')})
       select ${['product_id', ...given.map(([, , type], index) => `$${index + 2}::${type}`)].join(', ')}
       from products where product_id = any($1::text[]) order by product_id
       on conflict (product_id) do update set
         ${[...columns.map((column) => `${column} = excluded.${column}`), 'revision = sales.revision + 1', 'updated_at = now()'].join(', ')}
       returning product_id, state, opens_at, closes_at, max_per_order, max_per_customer, revision
     )
     select * from put order by product_id`,
    values,
  );
  return rows.map(toSale);
}

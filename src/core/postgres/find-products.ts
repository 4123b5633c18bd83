/** Products with everything that Redis needs to know of them. */
import type { Money } from '../money.js';
import type { Db } from './db.js';
import { toSale, type Sale, type SaleRow } from './sale-row.js';
import { toPrice } from './price-columns.js';
import { toSafeInteger } from './to-safe-integer.js';

export type { Sale, SaleState } from './sale-row.js';

export interface ProductRow {
  readonly productId: string;
  readonly name: string;
  /** Null until it is priced. */
  readonly price: Money | null;
  /** False: deactivated, sells nothing. */
  readonly active: boolean;
  /** Rises with every change of price or activity. */
  readonly revision: number;
  /** Null until it is seeded. */
  readonly stock: { readonly seeded: number; readonly claimed: number; readonly epoch: number } | null;
  /** Null: it sells as soon as it has price and stock. */
  readonly sale: Sale | null;
}

interface Row {
  readonly product_id: string;
  readonly name: string;
  readonly price_minor: string | null;
  readonly currency: string | null;
  readonly active: boolean;
  readonly revision: string;
  readonly seeded: number | null;
  readonly claimed: number | null;
  readonly epoch: string | null;
  readonly state: SaleRow['state'] | null;
  readonly opens_at: Date | null;
  readonly closes_at: Date | null;
  readonly max_per_order: number | null;
  readonly max_per_customer: number | null;
  readonly sale_revision: string | null;
}

const SELECT = `
  select p.product_id, p.name, p.price_minor, p.currency, p.active, p.revision, s.seeded, s.claimed, s.epoch,
    l.state, l.opens_at, l.closes_at, l.max_per_order, l.max_per_customer, l.revision as sale_revision
  from products p
  left join stock s on s.product_id = p.product_id
  left join sales l on l.product_id = p.product_id`;

/** @param productIds only these; all products when left out. @returns one snapshot, sorted by product */
export async function findProducts(db: Db, productIds?: readonly string[]): Promise<ProductRow[]> {
  const { rows } = await db.query<Row>(
    productIds === undefined
      ? { text: `${SELECT} order by p.product_id` }
      : {
          text: `${SELECT} where p.product_id = any($1::text[]) order by p.product_id`,
          values: [productIds],
        },
  );
  return rows.map((row) => ({
    productId: row.product_id,
    name: row.name,
    price: toPrice(row),
    active: row.active,
    revision: toSafeInteger(row.revision),
    stock: toStock(row),
    sale:
      row.state === null || row.sale_revision === null
        ? null
        : toSale({ ...row, state: row.state, revision: row.sale_revision }),
  }));
}

function toStock(row: Row): ProductRow['stock'] {
  if (row.seeded === null || row.claimed === null || row.epoch === null) return null;
  return { seeded: row.seeded, claimed: row.claimed, epoch: toSafeInteger(row.epoch) };
}

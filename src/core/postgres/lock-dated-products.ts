/** Products with what decides whether an event about them is news; locked while that is worked out. */
import type { Money } from '../money.js';
import type { Db } from './db.js';
import { toPrice } from './price-columns.js';

/** When something happened that set a fact, and the digests of the events of that very moment. */
export interface Moment {
  readonly at: Date;
  readonly by: readonly string[];
}

export interface DatedProduct {
  readonly productId: string;
  readonly name: string;
  /** Null until it is priced. */
  readonly price: Money | null;
  readonly active: boolean;
  /** Of name and price: the newest event or price command; null before the first. */
  readonly priced: Moment | null;
  /** Of activity: the newest event; null before the first. */
  readonly switched: Moment | null;
}

interface Row {
  readonly product_id: string;
  readonly name: string;
  readonly price_minor: string | null;
  readonly currency: string | null;
  readonly active: boolean;
  readonly priced_at: Date | null;
  readonly priced_by: string[];
  readonly switched_at: Date | null;
  readonly switched_by: string[];
}

/** Call it inside a transaction. Locked in the order of every other writer of products. @returns those that exist */
export async function lockDatedProducts(
  db: Db,
  productIds: readonly string[],
): Promise<Map<string, DatedProduct>> {
  const { rows } = await db.query<Row>({
    text: `select product_id, name, price_minor, currency, active, priced_at, priced_by, switched_at, switched_by
           from products where product_id = any($1::text[]) order by product_id for no key update`,
    values: [productIds],
  });
  return new Map(rows.map((row) => [row.product_id, toDatedProduct(row)]));
}

function toDatedProduct(row: Row): DatedProduct {
  return {
    productId: row.product_id,
    name: row.name,
    price: toPrice(row),
    active: row.active,
    priced: row.priced_at && { at: row.priced_at, by: row.priced_by },
    switched: row.switched_at && { at: row.switched_at, by: row.switched_by },
  };
}

/** The sale of each product that has stock, as a screen shows it every second or two. */
import type { Db } from './db.js';
import type { SaleState } from './sale-row.js';

export interface StoredSaleState {
  readonly productId: string;
  /** OPEN also for a product without a sale of its own: it sells as soon as it has price and stock. */
  readonly state: SaleState;
  readonly opensAt: Date | null;
  readonly closesAt: Date | null;
  /** When its sale was last changed; null for a product without one. */
  readonly changedAt: Date | null;
}

interface Row {
  readonly product_id: string;
  readonly state: SaleState | null;
  readonly opens_at: Date | null;
  readonly closes_at: Date | null;
  readonly updated_at: Date | null;
}

/** @param options.productIds only these; all with stock when undefined. @returns sorted by product */
export async function findSaleStates(
  db: Db,
  options: { readonly productIds?: readonly string[] | undefined; readonly limit: number },
): Promise<StoredSaleState[]> {
  const { rows } = await db.query<Row>(
    `select s.product_id, l.state, l.opens_at, l.closes_at, l.updated_at
     from stock s left join sales l on l.product_id = s.product_id
     where $1::text[] is null or s.product_id = any($1)
     order by s.product_id limit $2`,
    [options.productIds ?? null, options.limit],
  );
  return rows.map((row) => ({
    productId: row.product_id,
    state: row.state ?? 'OPEN',
    opensAt: row.opens_at,
    closesAt: row.closes_at,
    changedAt: row.updated_at,
  }));
}

/** The prices of products, as operators set them. */
import type { Money } from '../money.js';
import { assertUnique } from './assert-unique.js';
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface PriceRow {
  readonly productId: string;
  readonly price: Money;
}

export interface SeededPrice {
  readonly productId: string;
  readonly before: Money | null;
  readonly price: Money;
  /** Redis applies a price only under a higher revision than it has. In a dry run the one before. */
  readonly revision: number;
  readonly outcome: 'created' | 'changed' | 'unchanged';
}

interface Row {
  readonly product_id: string;
  readonly price_before: string | null;
  readonly currency_before: string | null;
  readonly revision: string;
  readonly outcome: SeededPrice['outcome'];
}

/**
 * Makes products that do not exist yet. A price that is the same changes nothing, not even the revision.
 * @param rows unique by product
 * @throws AppError INPUT_INVALID for a product that occurs twice
 */
export async function seedPrices(
  db: Db,
  rows: readonly PriceRow[],
  options: { readonly dryRun?: boolean } = {},
): Promise<SeededPrice[]> {
  assertUnique(rows.map((row) => row.productId));
  if (rows.length === 0) return [];
  const priceOf = new Map(rows.map((row) => [row.productId, row.price]));
  const { rows: found } = await db.query<Row>({
    name: 'seed_prices',
    // One seeding at a time, as in seed_stock: both make products, and each in an order of its own.
    text: `with turn as materialized (
             select pg_advisory_xact_lock(hashtextextended('ordersctl seed_stock', 0)) is null as taken
           )
           select s.product_id, s.price_before, s.currency_before, s.revision, s.outcome
           from turn t, seed_prices(case when t.taken is not null then $1::text[] end, $2::bigint[], $3::text[], $4) s`,
    values: [
      rows.map((row) => row.productId),
      rows.map((row) => row.price.amountMinor),
      rows.map((row) => row.price.currency),
      options.dryRun !== true,
    ],
  });
  return found.flatMap((row) => {
    const price = priceOf.get(row.product_id);
    if (!price) return [];
    const before =
      row.price_before === null || row.currency_before === null
        ? null
        : { amountMinor: toSafeInteger(row.price_before), currency: row.currency_before };
    return [
      {
        productId: row.product_id,
        before,
        price,
        revision: toSafeInteger(row.revision),
        outcome: row.outcome,
      },
    ];
  });
}

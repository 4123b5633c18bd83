/** The level of seeded units that the counters in Redis follow. */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface StockLevelRow {
  readonly productId: string;
  readonly epoch: number;
  readonly seeded: number;
  readonly claimed: number;
  /** Number of stock movements: rises with every change of `seeded`, in the same transaction. */
  readonly movements: number;
}

/** @returns one snapshot; products without a stock row are absent */
export async function findStockLevels(
  db: Db,
  productIds: readonly string[],
): Promise<Map<string, StockLevelRow>> {
  const { rows } = await db.query<{
    product_id: string;
    epoch: string;
    seeded: number;
    claimed: number;
    movements: string;
  }>({
    text: `select s.product_id, s.epoch, s.seeded, s.claimed,
             (select count(*) from stock_movements m where m.product_id = s.product_id) as movements
           from stock s where s.product_id = any($1::text[])`,
    values: [productIds],
  });
  return new Map(
    rows.map((row) => [
      row.product_id,
      {
        productId: row.product_id,
        epoch: toSafeInteger(row.epoch),
        seeded: row.seeded,
        claimed: row.claimed,
        movements: toSafeInteger(row.movements),
      },
    ]),
  );
}

/** What operators did to the units of products, ever: it must add up to what is seeded now. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';

export interface MovementGroup {
  readonly productId: string;
  readonly kind: 'seed' | 'add' | 'remove' | 'replace' | 'restock';
  readonly movements: number;
  /** What the units seeded changed by. */
  readonly delta: number;
}

interface Row {
  readonly product_id: string;
  readonly kind: MovementGroup['kind'];
  readonly movements: string;
  readonly delta: string;
}

export async function sumMovements(db: Db, productIds: readonly string[]): Promise<MovementGroup[]> {
  const { rows } = await db.query<Row>(
    `select m.product_id, m.kind, count(*) as movements, sum(m.delta) as delta
     from stock_movements m where m.product_id = any($1::text[]) group by 1, 2`,
    [productIds],
  );
  return rows.map((row) => ({
    productId: row.product_id,
    kind: row.kind,
    movements: toSafeInteger(row.movements),
    delta: toSafeInteger(row.delta),
  }));
}

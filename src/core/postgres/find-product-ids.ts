/** Ids of products, for completion. */
import type { Db } from './db.js';

/** In order, at most so many. */
export async function findProductIds(db: Db, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ product_id: string }>(
    'select product_id from products order by product_id limit $1',
    [limit],
  );
  return rows.map((row) => row.product_id);
}

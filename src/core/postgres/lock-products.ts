/** Locks products while a change of them is worked out from what they are now. */
import type { Db } from './db.js';

/**
 * Call it inside a transaction: two operators then change the same product one after the other, also where it has no
 * sale yet. Accepts go on meanwhile. Locked in the order of every other writer of products.
 * @returns those that exist, sorted
 */
export async function lockProducts(db: Db, productIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ product_id: string }>({
    text: `select product_id from products where product_id = any($1::text[]) order by product_id for no key update`,
    values: [productIds],
  });
  return rows.map((row) => row.product_id);
}

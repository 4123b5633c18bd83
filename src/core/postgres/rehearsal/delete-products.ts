/** Deletes the products of a rehearsal, with stock, sale and figures. Products that were sold to customers are never deleted. */
import type { Db } from '../db.js';

/**
 * All or none; call it in a transaction. Their orders must be gone.
 * @param since the figures per second are looked for from then on: they have no index by product
 */
export async function deleteProducts(
  db: Db,
  prefix: string,
  productIds: readonly string[],
  since: Date,
): Promise<void> {
  const own = `product_id = any($2::text[]) and starts_with(product_id, $1)`;
  const values = [prefix, productIds];
  // The stock row first, as everybody locks it (lock order).
  await db.query({ text: `delete from stock where ${own}`, values });
  await db.query({ text: `delete from stock_movements where ${own}`, values });
  await db.query({ text: `delete from sales where ${own}`, values });
  await db.query({ text: `delete from products where ${own}`, values });
  await db.query({
    text: `delete from role_stats where second >= $3 and ${own}`,
    values: [...values, since],
  });
}

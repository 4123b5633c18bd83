/** Begins a new epoch of a product: the first step of loading it into Redis anew. */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

/**
 * From the commit on, orders of holds made under an earlier epoch are refused (I12). Waits for accepts under way.
 * @param above the epoch that Redis knows; the new one is higher than both
 * @param redisServer into which Redis it will be loaded, see readServerIdentity
 * @returns the new epoch; undefined when the product has no stock row
 */
export async function raiseEpoch(
  db: Db,
  productId: string,
  above: number,
  redisServer: string | null,
): Promise<number | undefined> {
  const { rows } = await db.query<{ epoch: string }>({
    name: 'raise_epoch',
    text: `update stock set epoch = greatest(epoch, $2::bigint) + 1, redis_run_id = $3, updated_at = now()
           where product_id = $1 returning epoch`,
    values: [productId, above, redisServer],
  });
  return rows[0] && toSafeInteger(rows[0].epoch);
}

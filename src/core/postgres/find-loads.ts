/** Under which epoch, and into which Redis, each product was loaded last. */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface RecordedLoad {
  readonly productId: string;
  readonly epoch: number;
  /** See readServerIdentity; null when nobody recorded one. */
  readonly redisServer: string | null;
}

/**
 * @param productIds only these; all products with stock when left out
 * @returns those that sold last first, since their buyers wait
 */
export async function findLoads(db: Db, productIds?: readonly string[]): Promise<RecordedLoad[]> {
  const { rows } = await db.query<{ product_id: string; epoch: string; redis_run_id: string | null }>({
    text: `select product_id, epoch, redis_run_id from stock
           where $1::text[] is null or product_id = any($1::text[])
           order by updated_at desc, product_id`,
    values: [productIds ?? null],
  });
  return rows.map((row) => ({
    productId: row.product_id,
    epoch: toSafeInteger(row.epoch),
    redisServer: row.redis_run_id,
  }));
}

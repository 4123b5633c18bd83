/** How many ended orders wait for their Redis half, by product. */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

/**
 * @param olderThanMs since the last change of the order
 * @returns products without any are absent
 */
export async function countUnfinishedEndings(db: Db, olderThanMs: number): Promise<Map<string, number>> {
  const { rows } = await db.query<{ product_id: string; orders: string }>({
    text: `select product_id, count(*) as orders from orders
           where not hold_done and status in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED')
             and updated_at <= now() - $1 * interval '1 millisecond'
           group by product_id`,
    values: [olderThanMs],
  });
  return new Map(rows.map((row) => [row.product_id, toSafeInteger(row.orders)]));
}

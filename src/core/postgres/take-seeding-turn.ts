/** Lets one transaction at a time make products. */
import type { Db } from './db.js';

/** Held until the transaction ends; `seed_stock` and `seed_prices` take the same turn. */
export async function takeSeedingTurn(db: Db): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended('ordersctl seed_stock', 0))`);
}

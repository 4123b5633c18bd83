/** Lets one replay at a time put events back and send them. */
import type { Db } from './db.js';

/** Held until the transaction ends: what others have sent is then committed, and can be told from what relays have. */
export async function takeReplayTurn(db: Db): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended('ordersctl replay', 0))`);
}

/** Watches a sale in Postgres: how far its orders are, and when the last one has come to its end. */
import { pause } from '../../core/back-off.js';
import type { Db } from '../../core/postgres/db.js';
import { findUnits } from '../../core/postgres/find-units.js';

export interface Standing {
  /** Units of orders not yet final. */
  readonly held: number;
  readonly sold: number;
}

const POLL_MS = 250;

/** @param productIds of the sale */
export async function readStanding(db: Db, productIds: readonly string[]): Promise<Standing> {
  const products = await findUnits(db, productIds);
  const sum = (units: readonly number[]) => units.reduce((total, one) => total + one, 0);
  return { held: sum(products.map((one) => one.held)), sold: sum(products.map((one) => one.sold)) };
}

/**
 * Resolves true when no unit is held any more, false when nothing has moved for so long that nothing will, or the signal
 * has aborted.
 * @param stalledAfterMs longer than it takes Kafka to notice a consumer that was killed, and than there is time to pay
 */
export async function followToLast(
  db: Db,
  productIds: readonly string[],
  options: { stalledAfterMs: number; signal: AbortSignal; onStanding: (standing: Standing) => void },
): Promise<boolean> {
  let before = await readStanding(db, productIds);
  let movedAt = Date.now();
  while (before.held > 0) {
    options.onStanding(before);
    await pause(POLL_MS, options.signal);
    if (options.signal.aborted) return false;
    const now = await readStanding(db, productIds);
    if (now.held !== before.held || now.sold !== before.sold) movedAt = Date.now();
    if (Date.now() - movedAt > options.stalledAfterMs) return false;
    before = now;
  }
  return true;
}

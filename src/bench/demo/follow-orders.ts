/** Watches a sale in Postgres: how far its orders are, and when the last one has come to its end. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Db } from '../../core/postgres/db.js';
import { findConservation } from '../../core/postgres/find-conservation.js';

export interface Standing {
  /** Units of orders not yet final. */
  readonly held: number;
  readonly sold: number;
}

const POLL_MS = 250;

export async function readStanding(db: Db): Promise<Standing> {
  const products = await findConservation(db);
  const sum = (units: readonly number[]) => units.reduce((total, one) => total + one, 0);
  return { held: sum(products.map((one) => one.held)), sold: sum(products.map((one) => one.sold)) };
}

/**
 * Resolves true when no unit is held any more, false when nothing has moved for so long that nothing will.
 * @param stalledAfterMs longer than it takes Kafka to notice a consumer that was killed
 */
export async function followToLast(
  db: Db,
  options: { stalledAfterMs: number; signal: AbortSignal; onStanding: (standing: Standing) => void },
): Promise<boolean> {
  let before = await readStanding(db);
  let movedAt = Date.now();
  while (before.held > 0) {
    options.onStanding(before);
    await delay(POLL_MS, undefined, { signal: options.signal });
    const now = await readStanding(db);
    if (now.held !== before.held || now.sold !== before.sold) movedAt = Date.now();
    if (Date.now() - movedAt > options.stalledAfterMs) return false;
    before = now;
  }
  return true;
}

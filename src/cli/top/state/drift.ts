/** Redis against Postgres, product by product, as far as two readings at different moments can tell. */
import type { Drift, TopData } from './model.js';

/** Two stores are read at different moments: only a difference that stays exactly the same this long is one. */
const SETTLED_MS = 10_000;

/**
 * counter + holds of no order − available, and since when it has been exactly this. During a sale it changes with
 * every reading; `audit` measures exactly.
 */
export function nextDrift(data: TopData, at: number): TopData['drift'] {
  const drift: Record<string, Drift> = {};
  for (const line of data.stock) {
    const redis = data.redis[line.productId];
    if (redis?.available === undefined || redis.available === null) continue;
    const inFlight = redis.heldUnits - line.held;
    const units = redis.available + inFlight - (line.seeded - line.claimed);
    const before = data.drift[line.productId];
    drift[line.productId] = before?.units === units ? before : { units, since: at };
  }
  return drift;
}

/** Units that Redis has too many (or too few, below zero) for long enough to be believed; null while it moves. */
export function settledDrift(data: TopData, productId: string, now: number): number | null {
  const drift = data.drift[productId];
  if (!drift) return null;
  return drift.units === 0 || now - drift.since >= SETTLED_MS ? drift.units : null;
}

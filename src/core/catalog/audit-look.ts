/** One look at a product in Redis, and at what of it Postgres knows. */
import type { Db } from '../postgres/db.js';
import { findClaims } from '../postgres/find-claims.js';
import { findOpenRestocks } from '../postgres/find-open-restocks.js';
import type { OrdersRedis } from '../redis/create-redis.js';
import { findUnoffered } from '../redis/find-unoffered.js';
import { readTotals, type Totals } from '../redis/read-totals.js';
import { scanHolds } from '../redis/scan-holds.js';

export interface RedisLook {
  readonly available: number | null;
  readonly epoch: number | null;
  /**
   * Units of holds whose order does not claim them (not inserted yet, or ended and not released yet), and those of orders that
   * were restocked and not offered again yet.
   */
  readonly inFlight: number;
  /** Units that moved in Redis while this was read; zero for figures that belong together. */
  readonly moved: number;
}

/** More are open only while Redis is away. */
const MAX_RESTOCKS = 10_000;

/** Walks the holds in steps, never a whole hash in one command. @throws AppError UNAVAILABLE */
export async function lookAtRedis(
  deps: { readonly db: Db; readonly redis: OrdersRedis; readonly prefix: string },
  productId: string,
): Promise<RedisLook> {
  const { redis, prefix } = deps;
  const before = await readTotals(redis, prefix, productId);
  const inFlight = new Map<string, number>();
  for await (const step of scanHolds(redis, prefix, productId)) {
    const claims = await findClaims(
      deps.db,
      step.map((hold) => hold.reservationId),
    );
    for (const { reservationId, quantity } of step) {
      if (claims.get(reservationId)?.productId !== productId) inFlight.set(reservationId, quantity);
    }
  }
  const restocks = await findOpenRestocks(deps.db, { productId, olderThanMs: 0, limit: MAX_RESTOCKS });
  for (const { reservationId, quantity } of await findUnoffered(redis, prefix, restocks))
    inFlight.set(reservationId, quantity);
  const after = await readTotals(redis, prefix, productId);
  let units = 0;
  for (const quantity of inFlight.values()) units += quantity;
  return {
    available: after.available,
    epoch: after.epoch,
    inFlight: units,
    moved: movedBetween(before, after),
  };
}

function movedBetween(before: Totals, after: Totals): number {
  return (
    Math.abs((after.available ?? 0) - (before.available ?? 0)) +
    Math.abs(after.heldUnits - before.heldUnits) +
    Math.abs(after.holds - before.holds)
  );
}

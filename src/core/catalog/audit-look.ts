/** One look at the units of a product in Redis, and at what of its holds Postgres knows. */
import { findOpenRestocks } from '../postgres/find-open-restocks.js';
import { findUnoffered } from '../redis/find-unoffered.js';
import { readTotals, type Totals } from '../redis/read-totals.js';
import { walkHolds, type UnclaimedHold } from './audit-holds.js';
import type { AuditOptions, FoundUnits } from './audit-report.js';
import type { CatalogDeps } from './catalog-deps.js';

export interface RedisLook {
  readonly available: number | null;
  readonly epoch: number | null;
  /** Stock movements that the counter follows. */
  readonly movements: number;
  /** With the units of orders that were restocked and are not offered again yet; those are no holds. */
  readonly inFlight: FoundUnits<UnclaimedHold>;
  readonly leaked: FoundUnits<UnclaimedHold>;
  readonly unreadable: number;
  /** Held units as counted beyond those walked; null when that cannot be told. */
  readonly totalsOff: number | null;
  /** Units that moved in Redis while this was read; zero for figures that belong together. */
  readonly moved: number;
}

/** More are open only while Redis is away. */
const MAX_RESTOCKS = 10_000;

/** Walks the holds in steps, never a whole hash in one command. @throws AppError UNAVAILABLE */
export async function lookAtRedis(
  deps: CatalogDeps,
  productId: string,
  options: Pick<AuditOptions, 'leakedAfterMs' | 'list'>,
): Promise<RedisLook> {
  const { redis, prefix } = deps;
  const before = await readTotals(redis, prefix, productId);
  const inFlight = createTally(options.list);
  const leaked = createTally(options.list);
  let [holds, units, unreadable] = [0, 0, 0];
  const walk = { leakedAfterMs: options.leakedAfterMs, onUnreadable: () => (unreadable += 1) };
  for await (const step of walkHolds(deps, productId, walk)) {
    holds += step.holds;
    units += step.units;
    for (const hold of step.unclaimed) (hold.leaked ? leaked : inFlight).add(hold);
  }
  const restocks = await findOpenRestocks(deps.pool, { productId, olderThanMs: 0, limit: MAX_RESTOCKS });
  for (const units of await findUnoffered(redis, prefix, restocks)) inFlight.count(units);
  const after = await readTotals(redis, prefix, productId);
  const moved = movedBetween(before, after);
  // Another number of holds than there are: some came, went, or were walked twice.
  const isWhole = moved === 0 && unreadable === 0 && holds === after.holds;
  return {
    available: after.available,
    epoch: after.epoch,
    movements: after.movements,
    inFlight: inFlight.found(),
    leaked: leaked.found(),
    unreadable,
    totalsOff: isWhole ? after.heldUnits - units : null,
    moved,
  };
}

interface Tally {
  add(hold: UnclaimedHold): void;
  /** Units that no hold stands for. */
  count(units: { readonly reservationId: string; readonly quantity: number }): void;
  found(): FoundUnits<UnclaimedHold>;
}

/** Counts every hold once, however often a walk shows it. */
function createTally(list: number): Tally {
  const first: UnclaimedHold[] = [];
  const units = new Map<string, number>();
  return {
    add(hold) {
      if (first.length < list && !units.has(hold.reservationId)) first.push(hold);
      units.set(hold.reservationId, hold.quantity);
    },
    count({ reservationId, quantity }) {
      units.set(reservationId, quantity);
    },
    found() {
      let sum = 0;
      for (const quantity of units.values()) sum += quantity;
      return { count: units.size, units: sum, first };
    },
  };
}

function movedBetween(before: Totals, after: Totals): number {
  return (
    Math.abs((after.available ?? 0) - (before.available ?? 0)) +
    Math.abs(after.heldUnits - before.heldUnits) +
    Math.abs(after.holds - before.holds)
  );
}

/** Walks the holds of a product and tells those of orders from those in flight and those that leaked. */
import { findClaims, type Claim } from '../postgres/find-claims.js';
import { isUuid } from '../postgres/is-uuid.js';
import { findHeld } from '../redis/find-held.js';
import type { Hold } from '../redis/hold.js';
import { readRedisTime } from '../redis/read-time.js';
import { scanHolds } from '../redis/scan-holds.js';
import type { CatalogDeps } from './catalog-deps.js';

/** A hold that no order claims: `no-order` came yet, its order has `ended`, or its id is that of an `other-order`. */
export interface UnclaimedHold extends Hold {
  readonly why: 'no-order' | 'ended' | 'other-order';
  /** So for longer than anything takes: no process is at it any more. */
  readonly leaked: boolean;
}

export interface HoldStep {
  readonly holds: number;
  readonly units: number;
  readonly unclaimed: readonly UnclaimedHold[];
}

/**
 * A hold is looked at again after its row was read: one that was ended meanwhile is not told. So what is told as
 * leaked really lies in Redis although its row says, and said for `leakedAfterMs`, that it is over; without a row,
 * although nothing came for as long.
 * @param onUnreadable told of each hold that is none, or that no order can have
 * @throws AppError UNAVAILABLE
 */
export async function* walkHolds(
  deps: CatalogDeps,
  productId: string,
  options: { readonly leakedAfterMs: number; readonly onUnreadable: () => void },
): AsyncGenerator<HoldStep, void, undefined> {
  const { redis, prefix } = deps;
  const { leakedAfterMs, onUnreadable } = options;
  const old = (await readRedisTime(redis)) - leakedAfterMs;
  for await (const step of scanHolds(redis, prefix, productId, onUnreadable)) {
    const claims = await findClaims(deps.pool, step.map(reservationOf));
    const suspects: UnclaimedHold[] = [];
    for (const hold of step) {
      const why = whyUnclaimed(hold, claims.get(hold.reservationId));
      if (why === null) continue;
      const { quietMs } = claims.get(hold.reservationId) ?? { quietMs: 0 };
      const leaked = why === 'ended' ? quietMs >= leakedAfterMs : hold.reservedAt.getTime() <= old;
      suspects.push({ ...hold, why, leaked });
    }
    const still = await findHeld(redis, prefix, productId, suspects.map(reservationOf));
    const unclaimed = suspects.filter(({ reservationId }) => still.has(reservationId));
    const sound = unclaimed.filter(({ reservationId }) => isRowId(reservationId));
    for (let rest = unclaimed.length - sound.length; rest > 0; rest -= 1) onUnreadable();
    yield {
      holds: step.length,
      units: step.reduce((sum, hold) => sum + hold.quantity, 0),
      unclaimed: sound,
    };
  }
}

function whyUnclaimed(hold: Hold, claim: Claim | undefined): UnclaimedHold['why'] | null {
  if (!claim) return 'no-order';
  if (claim.productId !== hold.productId || claim.bodyHash !== hold.bodyHash) return 'other-order';
  return claim.kind === 'ended' ? 'ended' : null;
}

/** Ids of holds are compared as text, those of rows as numbers. */
function isRowId(reservationId: string): boolean {
  return isUuid(reservationId) && reservationId === reservationId.toLowerCase();
}

const reservationOf = ({ reservationId }: { readonly reservationId: string }) => reservationId;

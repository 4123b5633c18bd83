/** Remembers for a moment that a product was sold out, so that a flood of refusals costs neither Redis nor Postgres. */
import type { Release } from '../../core/redis/release.js';
import type { Reserve } from '../../core/redis/reserve.js';

/**
 * The longest that a unit which came back stays unsold in this process: nobody tells it of a restock, or of a release
 * by another process. The announcements of ended orders are not used for that: they come before the unit is back, and
 * a wave of expiries would switch the flag off when it is needed most.
 */
const RAISED_MS = 200;
/** Beyond this the oldest flag goes: its product asks Redis again. */
const MAX_PRODUCTS = 1_000;

export interface SoldOutFlags {
  /** True when an order for as many, or fewer, was refused a moment ago and nothing came back since. */
  isSoldOut(productId: string, quantity: number): boolean;
  /** @returns the same reserve, whose refusals raise the flag */
  raisedBy(reserve: Reserve): Reserve;
  /** @returns the same release, which lowers the flag */
  loweredBy(release: Release): Release;
}

interface Flag {
  /** The smallest quantity that was refused: fewer may still be free. */
  readonly quantity: number;
  readonly until: number;
}

export function createSoldOutFlags(options: { raisedMs?: number; maxProducts?: number } = {}): SoldOutFlags {
  const { raisedMs = RAISED_MS, maxProducts = MAX_PRODUCTS } = options;
  const flags = new Map<string, Flag>();
  let releases = 0;

  function current(productId: string): Flag | undefined {
    const flag = flags.get(productId);
    if (flag === undefined || flag.until > performance.now()) return flag;
    flags.delete(productId);
    return undefined;
  }

  function raise(productId: string, quantity: number): void {
    const flag = current(productId);
    // That five are not free says nothing new about one.
    if (flag && flag.quantity < quantity) return;
    // Put to the end: the order of the map is the order of age.
    flags.delete(productId);
    flags.set(productId, { quantity, until: performance.now() + raisedMs });
    if (flags.size <= maxProducts) return;
    const oldest = flags.keys().next();
    if (!oldest.done) flags.delete(oldest.value);
  }

  return {
    isSoldOut(productId, quantity) {
      const flag = current(productId);
      return flag !== undefined && quantity >= flag.quantity;
    },
    raisedBy: (reserve) => async (reservation) => {
      const before = releases;
      const result = await reserve(reservation);
      // A release meanwhile may be younger than this refusal.
      if (result.kind === 'sold-out' && before === releases) {
        raise(reservation.productId, reservation.quantity);
      }
      return result;
    },
    loweredBy: (release) => async (hold) => {
      try {
        return await release(hold);
      } finally {
        releases += 1;
        flags.delete(hold.productId);
      }
    },
  };
}

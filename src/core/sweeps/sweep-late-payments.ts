/** Payments that came after their order had expired: claims the units again while any are free, else the money is due back. */
import { isRedisAway } from '../catalog/is-redis-away.js';
import { AppError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import { claimLatePayments } from '../postgres/claim-late-payments.js';
import { findClaimedHolds } from '../postgres/find-claimed-holds.js';
import { findHaltedOrders } from '../postgres/find-halted-orders.js';
import { findLatePayments } from '../postgres/find-late-payments.js';
import { createTake } from '../redis/take.js';
import { confirmPaidOrders } from './conclude-orders.js';
import type { SweepDeps, SweepPace } from './sweep-deps.js';

export interface SweptLatePayments {
  /** Sold after all. */
  readonly confirmed: number;
  /** No units were free any more: the sweep of refunds has them now. */
  readonly refundDue: number;
}

/** Round trips to Redis at once. */
const WIDTH = 32;

/**
 * Three steps, each safe to repeat and each found undone by the next run (I8, I10): the claim commits and raises the
 * generation of the hold; Redis takes that generation, whatever the state of the sale; the order is confirmed. A
 * product that Redis does not hold now keeps nobody from being confirmed: the hold waits for the load, as every Redis half
 * does.
 * @param options.olderThanMs how long a payment lies, or a claimed order stands still, before it is taken up
 * @throws AppError UNAVAILABLE when Postgres is away
 */
export async function sweepLatePayments(
  deps: SweepDeps,
  options: SweepPace & { readonly olderThanMs: number },
): Promise<SweptLatePayments> {
  const { limit, olderThanMs, signal } = options;
  const swept = { confirmed: 0, refundDue: 0 };
  for (;;) {
    const undecided = await findLatePayments(deps.pool, { olderThanMs, limit });
    const claims = [...(await claimLatePayments(deps.pool, undecided)).values()];
    deps.announce(claims);
    const claimed = claims.filter((claim) => claim.outcome === 'claimed');
    swept.refundDue += claims.filter((claim) => claim.outcome === 'refund').length;
    // Those of this round, and those that a run which died had claimed.
    const halted = await findHaltedOrders(deps.pool, { status: 'PAYMENT_CONFIRMED', olderThanMs, limit });
    const reopened = [...new Set([...claimed.map(({ order }) => order.orderId), ...halted])];
    await takeHolds(deps, reopened);
    const confirmed = (await confirmPaidOrders(deps, reopened)).length;
    swept.confirmed += confirmed;
    const isLast = undecided.length < limit && halted.length < limit;
    if (isLast || (claims.length === 0 && confirmed === 0) || signal?.aborted) return swept;
  }
}

/** Before the confirmation, so that the units are offered to others no longer than they must be. */
async function takeHolds(deps: SweepDeps, orderIds: readonly string[]): Promise<void> {
  const take = createTake(deps.redis, deps.prefix);
  const holds = await findClaimedHolds(deps.pool, orderIds);
  const again = [...holds.values()].filter((hold) => hold.generation > 0);
  try {
    await inParallel(again, WIDTH, async (hold) => {
      try {
        await take(hold);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'REBUILDING') throw error;
      }
    });
  } catch (error) {
    if (!isRedisAway(error)) throw error;
    deps.log.warn(
      { err: error },
      'Redis is away: late claims take their holds with the next sweep of endings',
    );
  }
}

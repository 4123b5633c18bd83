/** Ends orders whose time to pay is long over, and confirms paid ones, when no saga did it. */
import type { Db } from '../postgres/db.js';
import { findWaitingOrders, type WaitingCursor } from '../postgres/find-waiting-orders.js';
import { confirmPaidOrders, expireOrders } from './conclude-orders.js';
import type { SweepDeps, SweepPace } from './sweep-deps.js';

export interface SweptOverdueOrders {
  readonly confirmed: number;
  readonly expired: number;
}

/**
 * A saga that was lost, or is too late, needs no other to be started here: whatever is due is decided in Postgres by the
 * functions that sagas use, and a saga that comes later finds the order final (I7). So this works with Temporal
 * away, and a deadline without a saga is kept all the same (I9).
 * @param options.graceMs how long a saga has to do it by itself: after the deadline, or after the payment was recorded
 * @throws AppError UNAVAILABLE when Postgres is away
 */
export async function sweepOverdueOrders(
  deps: SweepDeps,
  options: SweepPace & { readonly graceMs: number },
): Promise<SweptOverdueOrders> {
  const swept = { confirmed: 0, expired: 0 };
  for await (const { paid, overdue } of walkOverdueOrders(deps.pool, options)) {
    if (paid.length > 0) swept.confirmed += (await confirmPaidOrders(deps, paid)).length;
    if (overdue.length > 0) swept.expired += (await expireOrders(deps, overdue)).length;
  }
  return swept;
}

/** Ids of one page. */
export interface OverduePage {
  /** To be confirmed. */
  readonly paid: readonly string[];
  /** To be ended. */
  readonly overdue: readonly string[];
}

/** @throws AppError UNAVAILABLE when Postgres is away */
export async function* walkOverdueOrders(
  db: Db,
  { limit, graceMs, signal }: SweepPace & { readonly graceMs: number },
): AsyncGenerator<OverduePage, void, undefined> {
  let after: WaitingCursor | null = null;
  do {
    const page = await findWaitingOrders(db, { after, limit });
    yield {
      paid: page.filter((order) => order.paid && order.silentMs >= graceMs).map(idOf),
      overdue: page.filter((order) => !order.paid && order.overdueMs >= graceMs).map(idOf),
    };
    after = page.length < limit ? null : (page.at(-1) ?? null);
  } while (after && !signal?.aborted);
}

const idOf = ({ orderId }: { readonly orderId: string }) => orderId;

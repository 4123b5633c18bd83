/** Ends orders whose time to pay is long over, and confirms paid ones, when no saga did it. */
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
  const { limit, graceMs, signal } = options;
  const swept = { confirmed: 0, expired: 0 };
  let after: WaitingCursor | null = null;
  do {
    const page = await findWaitingOrders(deps.pool, { after, limit });
    const paid = page.filter((order) => order.paid && order.silentMs >= graceMs);
    const overdue = page.filter((order) => !order.paid && order.overdueMs >= graceMs);
    if (paid.length > 0) swept.confirmed += (await confirmPaidOrders(deps, paid.map(idOf))).length;
    if (overdue.length > 0) swept.expired += (await expireOrders(deps, overdue.map(idOf))).length;
    after = page.length < limit ? null : (page.at(-1) ?? null);
  } while (after && !signal?.aborted);
  return swept;
}

const idOf = ({ orderId }: { readonly orderId: string }) => orderId;

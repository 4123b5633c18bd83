/** Unpaid orders with time left whose payment was, so it seems, never asked for. */
import type { Db } from '../postgres/db.js';
import { findWaitingOrders, type WaitingCursor } from '../postgres/find-waiting-orders.js';
import type { SweepPace } from './sweep-deps.js';

export interface UnaskedPayment {
  readonly orderId: string;
  /** The attempt that was recorded and has no answer; null when none was recorded. */
  readonly attempt: number | null;
}

/**
 * While a gateway is away, the orders of running sagas look the same; so beyond `atMost` they are drawn by lot, and one that
 * is really lost comes to its turn.
 * @param options.graceMs how long nothing has happened
 */
export async function findUnaskedPayments(
  pool: Db,
  options: SweepPace & { readonly graceMs: number; readonly atMost: number },
): Promise<readonly UnaskedPayment[]> {
  const { graceMs, atMost, limit, signal } = options;
  const chosen: UnaskedPayment[] = [];
  let seen = 0;
  let after: WaitingCursor | null = null;
  do {
    const page = await findWaitingOrders(pool, { after, limit });
    for (const { orderId, paid, overdueMs, silentMs, attempt } of page) {
      if (paid || overdueMs >= 0 || silentMs < graceMs || (attempt && !attempt.unanswered)) continue;
      const unasked = { orderId, attempt: attempt?.number ?? null };
      seen += 1;
      if (chosen.length < atMost) {
        chosen.push(unasked);
        continue;
      }
      const place = Math.floor(Math.random() * seen);
      if (place < atMost) chosen[place] = unasked;
    }
    after = page.length < limit ? null : (page.at(-1) ?? null);
  } while (after && !signal?.aborted);
  return chosen;
}

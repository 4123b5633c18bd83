/** Notes what a person decided about an order, once, with what follows from it. */
import type { Resolution } from '../review/causes.js';
import type { Db } from './db.js';

/**
 * `none`: nothing waits for a decision any more. `changed`: something else does by now. `live`: its sweep would ask again at
 * once. `ended`: there is nothing to retry or to cancel. `nothing-owed`: no refund waits for this decision.
 */
export type ReviewOutcome = 'resolved' | 'none' | 'changed' | 'live' | 'ended' | 'nothing-owed';

export interface ReviewDecision {
  readonly orderId: string;
  /** The sentence that was shown to whoever decides. */
  readonly seen: string | null;
  readonly as: Resolution;
  /** Of money that went back by hand. */
  readonly reference: string;
  /** For the timeline. */
  readonly data: { readonly cause: string; readonly as: Resolution; readonly sweptAgain: boolean };
}

/** Call it in a transaction with what belongs to it: it locks the order, and its stock before it for `cancel`. */
export async function resolveReview(db: Db, decision: ReviewDecision): Promise<ReviewOutcome> {
  const { orderId, seen, as, reference, data } = decision;
  const { rows } = await db.query<{ outcome: ReviewOutcome }>({
    name: 'resolve_review',
    text: 'select resolve_review($1, $2, $3, $4, $5) as outcome',
    values: [orderId, seen, as, reference, JSON.stringify(data)],
  });
  return rows[0]?.outcome ?? 'none';
}

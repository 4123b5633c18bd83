/** Carries out what a person decided about one order: effect, event and record in one transaction. */
import { finishEndings } from '../orders/finish-endings.js';
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import { isRedisAway } from '../catalog/is-redis-away.js';
import type { Log } from '../log.js';
import type { Db } from '../postgres/db.js';
import { endOrders, type EndedOrder } from '../postgres/end-orders.js';
import type { Review } from '../postgres/find-reviews.js';
import { resolveReview, type ReviewOutcome } from '../postgres/resolve-review.js';
import { withTransaction } from '../postgres/with-transaction.js';
import { CAUSES, type Resolution } from './causes.js';

export interface Decision {
  readonly as: Resolution;
  /** Names the transfer of money that went back by hand. */
  readonly reference: string;
  /** Writes the record of who decided and why; in the same transaction. */
  readonly record: (db: Db) => Promise<void>;
}

/**
 * Compare-and-set: of two operators one decides, and who saw another reason than the order has by now decides nothing.
 * @throws AppError UNAVAILABLE when Postgres is away: whether it was decided is then unknown, call again
 */
export async function decideReview(
  deps: CatalogDeps & { readonly log: Log },
  { order, cause, reason }: Review,
  { as, reference, record }: Decision,
): Promise<ReviewOutcome> {
  const { orderId } = order;
  const decided = await withTransaction(deps.pool, async (db) => {
    const data = { cause, as, sweptAgain: CAUSES[cause].sweptAgain };
    const outcome = await resolveReview(db, { orderId, seen: reason, as, reference, data });
    if (outcome !== 'resolved') return { outcome, ended: undefined };
    const ended = as === 'cancel' ? await cancel(db, orderId) : undefined;
    await record(db);
    return { outcome, ended };
  });
  if (decided.ended) await giveBack(deps, decided.ended);
  return decided.outcome;
}

/** The locks are held already, in their order. A paid order ends too, and its money becomes due for refund. */
async function cancel(db: Db, orderId: string): Promise<EndedOrder | undefined> {
  const ending = {
    orderId,
    status: 'CANCELLED',
    failureCode: 'CANCELLED_BY_OPERATOR',
    evenIfPaid: true,
  } as const;
  return (await endOrders(db, [ending])).get(orderId);
}

/** What Redis cannot do now is left to the sweep of endings (I8). */
async function giveBack(deps: CatalogDeps & { readonly log: Log }, ended: EndedOrder): Promise<void> {
  try {
    await finishEndings(deps, [{ ...ended, orderId: ended.order.orderId, status: 'CANCELLED' }]);
  } catch (error) {
    if (!isRedisAway(error)) throw error;
    deps.log.debug({ err: error }, 'a hold is left to the sweep of endings');
  }
}

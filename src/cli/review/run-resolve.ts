/** Carries out what a person decided about orders, one by one, and says of each what came of it. */
import { requireSettings } from '../../core/config/require-settings.js';
import { AppError } from '../../core/errors.js';
import { findNamedOrders } from '../../core/orders/find-named-orders.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import type { Db } from '../../core/postgres/db.js';
import { findReviews, type Review } from '../../core/postgres/find-reviews.js';
import type { ReviewOutcome } from '../../core/postgres/resolve-review.js';
import { resolutionsOf, type Resolution } from '../../core/review/causes.js';
import { decideReview } from '../../core/review/decide-review.js';
import { readExactOrderIds } from '../read-order-ids.js';
import type { CliContext } from '../context.js';
import { interruptible, reportStop } from '../interrupt.js';
import { beginMutation, type Mutation } from '../mutation/begin-mutation.js';
import type { MutationOptions } from '../mutation/options.js';
import { withStores, type Stores } from '../with-stores.js';
import { renderDecisions, renderPlannedDecisions } from './render-resolve.js';

export interface ResolveOptions extends MutationOptions {
  readonly as: Resolution;
  readonly reference: string;
}

export interface DecidedReview {
  readonly orderId: string;
  readonly cause: Review['cause'] | null;
  /** What can be decided about it. */
  readonly resolutions: readonly Resolution[];
  /** `not-allowed`: this cannot be decided about what it waits for. */
  readonly outcome: ReviewOutcome | 'not-allowed';
}

/** Orders in one go: each is a decision that somebody has to stand for. */
const MAX_ORDERS = 10_000;

/**
 * @throws AppError USAGE without a reason; ORDER_NOT_FOUND; REFUSED unless the operator agrees; WRONG_STATE or
 *   PARTLY_FAILED after printing the results
 */
export async function runResolve(
  context: CliContext,
  named: readonly string[],
  options: ResolveOptions,
): Promise<void> {
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  const mutation = beginMutation(context, config, 'review resolve', options);
  if (mutation.reason === null && !mutation.dryRun)
    throw new AppError('USAGE', 'a decision needs a reason', {
      hint: "Say why with --reason 'text': it is kept with the action",
    });
  const { output } = context;
  await withStores(context, config, async (stores) => {
    const pool = await stores.postgres();
    await checkSchema(pool);
    const { orderIds, single } = await readNames(context, named);
    const reviews = await findNamed(pool, orderIds);
    const planned = orderIds.map((orderId) => planOne(orderId, reviews.get(orderId), options.as));
    const todo = planned.filter(({ outcome }) => outcome === 'resolved');
    if (!output.json) output.line(renderPlannedDecisions(output, planned, options.as));
    if (mutation.dryRun) {
      if (output.json) output.data({ planned, results: [] });
      return output.note('dry run: nothing was changed');
    }
    if (todo.length > 0) {
      const what = `resolve ${todo.length} ${todo.length === 1 ? 'order' : 'orders'} as ${options.as}`;
      await mutation.confirm({ what, single });
    }
    const { value: results, interruptedBy } = await interruptible(context, (stop) =>
      decideAll(stores, config.prefix, mutation, options, { planned, reviews, stop }),
    );
    if (output.json) output.data({ planned, results });
    else output.line(renderDecisions(output, results));
    if (reportStop(context, interruptedBy, { done: results.length, total: planned.length, what: 'orders' }))
      return;
    assertResolved(results, options.as);
  });
}

async function readNames({ io }: CliContext, named: readonly string[]) {
  const fromInput = named.includes('-');
  if (fromInput && named.length > 1)
    throw new AppError('USAGE', 'name orders or give them on standard input, not both');
  const ids = fromInput ? await readExactOrderIds(io) : named.map((orderId) => orderId.toLowerCase());
  const orderIds = [...new Set(ids)];
  if (orderIds.length > MAX_ORDERS)
    throw new AppError('INPUT_INVALID', `more than ${MAX_ORDERS} orders: decide about them in parts`);
  return { orderIds, single: !fromInput && orderIds.length === 1 };
}

async function findNamed(db: Db, orderIds: readonly string[]): Promise<Map<string, Review>> {
  await findNamedOrders(db, orderIds);
  const reviews = await findReviews(db, { orderIds, limit: MAX_ORDERS });
  return new Map(reviews.map((review) => [review.order.orderId, review]));
}

function planOne(orderId: string, review: Review | undefined, as: Resolution): DecidedReview {
  if (!review) return { orderId, cause: null, resolutions: [], outcome: 'none' };
  const { cause, refused } = review;
  const resolutions = resolutionsOf(cause, refused.length > 0);
  return { orderId, cause, resolutions, outcome: resolutions.includes(as) ? 'resolved' : 'not-allowed' };
}

async function decideAll(
  stores: Stores,
  prefix: string,
  mutation: Mutation,
  { as, reference }: ResolveOptions,
  work: {
    readonly planned: readonly DecidedReview[];
    readonly reviews: ReadonlyMap<string, Review>;
    readonly stop: AbortSignal;
  },
): Promise<DecidedReview[]> {
  const deps = { pool: await stores.postgres(), redis: await stores.redis(), prefix, log: stores.log };
  const results: DecidedReview[] = [];
  for (const planned of work.planned) {
    if (work.stop.aborted) break;
    const review = work.reviews.get(planned.orderId);
    if (!review || planned.outcome !== 'resolved') {
      results.push(planned);
      continue;
    }
    const { orderId, cause } = planned;
    const outcome = await decideReview(deps, review, {
      as,
      reference,
      record: (db) =>
        mutation.record(db, {
          arguments: {
            orderId,
            cause,
            seen: review.reason,
            as,
            ...(as === 'refunded-by-hand' && { reference }),
          },
          result: { resolved: 1 },
        }),
    });
    results.push({ ...planned, outcome });
  }
  return results;
}

const WHY = {
  none: 'waits for no decision (any more)',
  changed: 'waits for another decision by now',
  live: 'has not ended, and its sweep would ask again at once',
  ended: 'has ended: there is nothing to carry on or to cancel',
  'nothing-owed': 'owes nobody money that this could be about',
  'not-allowed': 'waits for something else',
} as const satisfies Record<Exclude<DecidedReview['outcome'], 'resolved'>, string>;

function assertResolved(results: readonly DecidedReview[], as: Resolution): void {
  const missed = results.filter(({ outcome }) => outcome !== 'resolved');
  const [only] = missed;
  if (!only) return;
  if (results.length === 1 && only.outcome !== 'resolved') {
    throw new AppError('WRONG_STATE', `order ${only.orderId} ${WHY[only.outcome]}; nothing was changed`, {
      hint: hintOf(only, as),
    });
  }
  throw new AppError('PARTLY_FAILED', `${missed.length} of ${results.length} orders were not resolved`, {
    hint: 'ordersctl review list shows what waits, and what can be decided',
  });
}

function hintOf({ orderId, cause, resolutions, outcome }: DecidedReview, as: Resolution): string {
  if (outcome === 'not-allowed' && cause !== null)
    return `${cause} can be resolved as ${resolutions.join(' or ')}, not as ${as}`;
  if (outcome === 'live') return 'Resolve it as retry or cancel';
  if (outcome === 'ended') return 'Resolve it as keep';
  if (outcome === 'nothing-owed')
    return `ordersctl refund ${orderId} calls a sale off first; else resolve it as keep`;
  return 'ordersctl review list shows what waits';
}

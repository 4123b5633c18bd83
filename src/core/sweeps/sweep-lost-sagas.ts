/** Starts the sagas of begun orders again that were terminated, failed or deleted, and wakes those that missed a wake-up. */
import type { Client } from '@temporalio/client';
import { AppError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import type { Log } from '../log.js';
import { isFinal } from '../order.js';
import type { Db } from '../postgres/db.js';
import { findHaltedOrders } from '../postgres/find-halted-orders.js';
import { findOrdersByIds } from '../postgres/find-orders-by-ids.js';
import { findReviewResolutions } from '../postgres/find-review-resolutions.js';
import { flagForReview } from '../postgres/flag-for-review.js';
import { isUuid } from '../postgres/is-uuid.js';
import { findFailedSagas } from '../temporal/find-failed-sagas.js';
import { startSaga } from '../temporal/start-saga.js';
import { wakeSagaForPayment } from '../temporal/wake-saga.js';
import { findUnaskedPayments, type UnaskedPayment } from './find-unasked-payments.js';
import type { SweepPace } from './sweep-deps.js';

export interface SagaDeps {
  readonly pool: Db;
  readonly temporal: Client;
  readonly prefix: string;
  /** Time to pay, for an order that no saga had begun. */
  readonly paymentDeadlineMs: number;
  readonly log: Log;
}

export interface SweptSagas {
  readonly started: number;
  readonly woken: number;
  /** Their sagas fail again and again: handed to a person. */
  readonly flagged: number;
}

/** Who was lost longer ago is found when the time to pay is over, or waits among those who were never started. */
const LOOK_BACK_MS = 24 * 60 * 60 * 1_000;
const MAX_FAILED_RUNS = 10_000;
/** A saga that fails this often will fail again: starting it on and on would hide that. */
const MAX_RUNS = 5;
const STARTS_IN_FLIGHT = 10;
/** Orders asked about in one run. */
const MAX_SUSPECTS = 200;
const WAKE_TIMEOUT_MS = 2_000;

/**
 * A start with ALLOW_DUPLICATE_FAILED_ONLY is harmless for a saga that runs or has completed (I7), and resumes from
 * whatever status the order has. A completed saga whose order is open again has nothing left to do: what is due is
 * decided by the sweeps of overdue orders and late payments.
 * @param options.graceMs how long nothing happened that should have
 * @throws AppError UNAVAILABLE when Postgres or Temporal is away
 */
export async function sweepLostSagas(
  deps: SagaDeps,
  options: SweepPace & { readonly graceMs: number },
): Promise<SweptSagas> {
  const { lost, wornOut } = await findLost(deps);
  const halted = await findHaltedOrders(deps.pool, {
    status: 'INVENTORY_RESERVED',
    olderThanMs: options.graceMs,
    limit: MAX_SUSPECTS,
  });
  const unasked = await findUnaskedPayments(deps.pool, { ...options, atMost: MAX_SUSPECTS });
  const found = new Map<string, UnaskedPayment>();
  for (const orderId of [...lost, ...halted]) found.set(orderId, { orderId, attempt: null });
  for (const suspect of unasked) found.set(suspect.orderId, suspect);
  for (const orderId of wornOut) found.delete(orderId);

  const swept = { started: 0, woken: 0, flagged: wornOut.length };
  await inParallel([...found.values()], STARTS_IN_FLIGHT, async (suspect) => {
    if (options.signal?.aborted) return;
    const outcome = await startOrWake(deps, suspect);
    if (outcome !== 'nothing') swept[outcome] += 1;
  });
  return swept;
}

/** Live orders whose saga ended without bringing them to their end, and those for which that happens too often. */
async function findLost(deps: SagaDeps): Promise<{ lost: string[]; wornOut: string[] }> {
  const { pool, log } = deps;
  const runs = await findFailedSagas(deps.temporal, deps.prefix, {
    sinceMs: LOOK_BACK_MS,
    limit: MAX_FAILED_RUNS,
  });
  const orders = await findOrdersByIds(pool, [...runs.keys()].filter(isUuid));
  const lost: string[] = [];
  const wornOut: string[] = [];
  const resolved = await findReviewResolutions(
    pool,
    [...orders.keys()].filter((orderId) => (runs.get(orderId)?.length ?? 0) >= MAX_RUNS),
  );
  for (const { orderId, status } of orders.values()) {
    if (isFinal(status)) continue;
    // Somebody had a look after those before: they do not count again. Clocks that differ only move that by as much.
    const since = resolved.get(orderId)?.getTime() ?? 0;
    const failed = (runs.get(orderId) ?? []).filter((closedAt) => closedAt.getTime() > since).length;
    if (failed < MAX_RUNS) {
      lost.push(orderId);
      continue;
    }
    wornOut.push(orderId);
    await flagForReview(pool, orderId, `its saga has failed or was ended ${MAX_RUNS} times within a day`);
    log.error({ orderId, failed }, 'a saga ends again and again without ending its order');
  }
  return { lost, wornOut };
}

async function startOrWake(
  deps: SagaDeps,
  suspect: UnaskedPayment,
): Promise<'started' | 'woken' | 'nothing'> {
  const { temporal, prefix, paymentDeadlineMs, log } = deps;
  const { orderId, attempt } = suspect;
  const input = { orderId, deadlineMs: paymentDeadlineMs };
  if ((await startSaga(temporal, prefix, orderId, input, { afterFailure: true })) === 'started')
    return 'started';
  // Attempt 1 is the saga's own: it is at the gateway, and a wake-up would only make it look up.
  if (attempt === null || attempt === 1) return 'nothing';
  try {
    // The id of the first wake-up: one that had arrived is not repeated.
    const wake = { updateId: `pay-${attempt}`, timeoutMs: WAKE_TIMEOUT_MS };
    return (await wakeSagaForPayment(temporal, orderId, wake)).kind === 'woken' ? 'woken' : 'nothing';
  } catch (error) {
    // Temporal has just answered, so it is this saga that does not; the others need not wait for it.
    if (!(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error;
    log.warn({ err: error, orderId }, 'a saga does not answer its wake-up');
    return 'nothing';
  }
}

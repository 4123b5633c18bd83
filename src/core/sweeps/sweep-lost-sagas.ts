/** Starts the sagas of begun orders again that were terminated, failed or deleted, and wakes those that missed a wake-up. */
import type { Client } from '@temporalio/client';
import { AppError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import type { Log } from '../log.js';
import type { Db } from '../postgres/db.js';
import { flagForReview } from '../postgres/flag-for-review.js';
import { startSaga } from '../temporal/start-saga.js';
import { wakeSagaForPayment } from '../temporal/wake-saga.js';
import { findLostSagas, MAX_RUNS } from './find-lost-sagas.js';
import type { UnaskedPayment } from './find-unasked-payments.js';
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

const WORN_OUT = `its saga has failed or was ended ${MAX_RUNS} times within a day`;
const STARTS_IN_FLIGHT = 10;
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
  const { suspects, wornOut } = await findLostSagas(deps, options);
  for (const { orderId, failed } of wornOut) {
    await flagForReview(deps.pool, orderId, WORN_OUT);
    deps.log.error({ orderId, failed }, 'a saga ends again and again without ending its order');
  }
  const swept = { started: 0, woken: 0, flagged: wornOut.length };
  await inParallel(suspects, STARTS_IN_FLIGHT, async (suspect) => {
    if (options.signal?.aborted) return;
    const outcome = await startOrWake(deps, suspect);
    if (outcome !== 'nothing') swept[outcome] += 1;
  });
  return swept;
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

/** Gives back money that was taken for orders that did not get it: late payments, and those of released orders. */
import { inParallel } from '../in-parallel.js';
import type { Log } from '../log.js';
import type { Refunder } from '../payments/refunder.js';
import type { Db } from '../postgres/db.js';
import { findDueRefunds } from '../postgres/find-due-refunds.js';
import type { Payment } from '../postgres/payment-row.js';
import { refundPayment } from './refund-payment.js';
import type { SweepPace } from './sweep-deps.js';

export interface RefundDeps {
  readonly pool: Db;
  readonly refunder: Refunder;
  readonly log: Log;
}

export interface SweptRefunds {
  readonly refunded: number;
  /** Handed to a person, and not asked for again. */
  readonly refused: number;
  /** The gateway did not answer: the next run asks again. */
  readonly unknown: number;
}

/** Calls to the gateway at once. */
const WIDTH = 8;
/** This many without an answer, and the gateway is away: asking on would only keep it down. */
const AWAY_AFTER = 2 * WIDTH;

/**
 * A CONFIRMED order with a second payment gets only that one back and stays sold (I10).
 * @param options.olderThanMs since the order last changed
 * @param options.orderIds only of these; all that are due when left out
 * @throws AppError UNAVAILABLE when Postgres is away: money that went back meanwhile is recorded by the next run
 */
export async function sweepRefunds(
  deps: RefundDeps,
  options: SweepPace & { readonly olderThanMs: number; readonly orderIds?: readonly string[] },
): Promise<SweptRefunds> {
  const swept = { refunded: 0, refused: 0, unknown: 0 };
  const { name } = deps.refunder;
  const unanswered = new Set<string>();
  for (;;) {
    const due = await findDueRefunds(deps.pool, {
      ...options,
      gateway: name,
      withoutOrders: [...unanswered],
    });
    await inParallel(due, WIDTH, async (payment) => {
      if (swept.unknown >= AWAY_AFTER || options.signal?.aborted) return;
      const { kind } = await refundAndTell(deps, payment, options.signal);
      swept[kind] += 1;
      if (kind === 'unknown') unanswered.add(payment.orderId);
    });
    if (due.length === 0 || swept.unknown >= AWAY_AFTER || options.signal?.aborted) break;
  }
  await warnOfOthers(deps, options);
  return swept;
}

async function refundAndTell(deps: RefundDeps, payment: Payment, signal?: AbortSignal) {
  const outcome = await refundPayment(deps, payment, signal);
  const { orderId, attempt, gateway } = payment;
  if (outcome.kind === 'refused') {
    deps.log.error(
      { orderId, attempt, gateway, code: outcome.code },
      'a refund was refused: a person must decide',
    );
  } else if (outcome.kind === 'unknown') {
    deps.log.warn(
      { orderId, attempt, gateway, err: outcome.error },
      'a refund was not answered, the next run asks again',
    );
  }
  return outcome;
}

/** Money goes back the way it came: what another gateway took waits for a worker that runs that one. */
async function warnOfOthers(
  { pool, refunder, log }: RefundDeps,
  { olderThanMs, orderIds }: { readonly olderThanMs: number; readonly orderIds?: readonly string[] },
): Promise<void> {
  const [other] = await findDueRefunds(pool, {
    olderThanMs,
    orderIds,
    limit: 1,
    otherGatewayThan: refunder.name,
  });
  if (!other) return;
  log.warn(
    { orderId: other.orderId, gateway: other.gateway, running: refunder.name },
    'refunds are due that this gateway did not take',
  );
}

/** What one pass of each sweep does: in a worker by its schedule, and on the command line when no schedule runs. */
import type { Client } from '@temporalio/client';
import type { Config } from '../config/schema.js';
import type { Publisher } from '../kafka/port.js';
import type { Refunder } from '../payments/refunder.js';
import { pruneRoleStats } from '../postgres/prune-role-stats.js';
import { FIGURES_KEPT_SECONDS } from '../stats/figures-kept.js';
import { checkConservation, type DriftingProduct } from './check-conservation.js';
import { ENDING_AGE_MS, GRACE_MS, PAYMENT_AGE_MS, UNSTARTED_AGE_MS } from './sweep-ages.js';
import type { SweepDeps, SweepPace } from './sweep-deps.js';
import { sweepEndings } from './sweep-endings.js';
import { sweepAbandonedHolds } from './sweep-holds.js';
import { sweepLatePayments } from './sweep-late-payments.js';
import { sweepLostSagas } from './sweep-lost-sagas.js';
import type { SweepName } from './sweep-names.js';
import { sweepOverdueOrders } from './sweep-overdue-orders.js';
import { sweepRefunds } from './sweep-refunds.js';
import { sweepRestocks } from './sweep-restocks.js';
import { sweepUnstartedOrders } from './sweep-unstarted-orders.js';

export interface SweepRunDeps extends SweepDeps {
  readonly config: Config;
  /** Asked for only by the sweeps that need it, as the next two. */
  readonly temporal: () => Promise<Client>;
  readonly publisher: () => Promise<Publisher>;
  readonly refunder: () => Promise<Refunder>;
  /** Told what a whole check of conservation has found, nothing included. */
  readonly onConservation: (drifting: readonly DriftingProduct[]) => void;
}

/** @returns how many things it mended in this round; at the limit there is another round */
export type SweepRun = (signal: AbortSignal) => Promise<number>;

/** Rows or holds in one short transaction. */
export const LIMIT = 500;
/** Looking at orders that wait costs little, changing them more: a page of those may end all at once. */
const PAGE = 200;
const PRODUCTS_IN_ROUND = 100;

/**
 * Rounds until nothing is left that the sweep can mend now, or the signal came: then the next run goes on.
 * @param onRound told after each round how many things were mended so far
 * @returns how many things were mended
 */
export async function runToEnd(
  run: SweepRun,
  signal: AbortSignal,
  onRound: (mended: number) => void = () => undefined,
): Promise<number> {
  let mended = 0;
  for (;;) {
    const now = await run(signal);
    mended += now;
    onRound(mended);
    if (now < LIMIT || signal.aborted) return mended;
  }
}

export function createSweepRuns(deps: SweepRunDeps): Readonly<Record<SweepName, SweepRun>> {
  const { pool, redis, prefix, log, config } = deps;
  const page = (signal: AbortSignal): SweepPace => ({ limit: PAGE, signal });
  return {
    'abandoned-holds': async () => {
      const swept = await sweepAbandonedHolds(deps, { olderThanMs: config.holdSweepAge, limit: LIMIT });
      return swept.released + swept.settled;
    },
    'unfinished-endings': async () => {
      const pace = { olderThanMs: ENDING_AGE_MS, limit: LIMIT };
      const { finished } = await sweepEndings(deps, pace);
      return finished + (await sweepRestocks(deps, pace));
    },
    'late-payments': async (signal) => {
      const swept = await sweepLatePayments(deps, { ...page(signal), olderThanMs: PAYMENT_AGE_MS });
      return swept.confirmed + swept.refundDue;
    },
    refunds: async (signal) => {
      const swept = await sweepRefunds(
        { pool, refunder: await deps.refunder(), log },
        { ...page(signal), olderThanMs: PAYMENT_AGE_MS },
      );
      return swept.refunded + swept.refused;
    },
    'overdue-orders': async (signal) => {
      const swept = await sweepOverdueOrders(deps, { ...page(signal), graceMs: GRACE_MS });
      return swept.confirmed + swept.expired;
    },
    'lost-sagas': async (signal) => {
      const temporal = await deps.temporal();
      const swept = await sweepLostSagas(
        { pool, temporal, prefix, paymentDeadlineMs: config.paymentDeadline, log },
        { limit: LIMIT, signal, graceMs: GRACE_MS },
      );
      return swept.started + swept.woken;
    },
    'unstarted-orders': async (signal) => {
      const pace = { limit: LIMIT, signal, olderThanMs: UNSTARTED_AGE_MS };
      const [temporal, publisher] = await Promise.all([deps.temporal(), deps.publisher()]);
      const swept = await sweepUnstartedOrders({ config, pool, log, temporal, publisher }, pace);
      return swept.handedOver;
    },
    'conservation-check': async (signal) => {
      const drifting = await checkConservation(
        { pool, redis, prefix, log },
        { limit: PRODUCTS_IN_ROUND, signal },
      );
      if (drifting) deps.onConservation(drifting);
      return 0;
    },
    'old-figures': () => pruneRoleStats(pool, { olderThanSeconds: FIGURES_KEPT_SECONDS, limit: LIMIT }),
  };
}

/** What one pass of each sweep does. The operations are in core, for the command line too, when Temporal is down. */
import type { Client } from '@temporalio/client';
import { sweepEndings } from '../../core/sweeps/sweep-endings.js';
import { sweepAbandonedHolds } from '../../core/sweeps/sweep-holds.js';
import type { Config } from '../../core/config/schema.js';
import type { Publisher } from '../../core/kafka/port.js';
import { announce } from '../../core/orders/announce.js';
import { pruneRoleStats } from '../../core/postgres/prune-role-stats.js';
import { FIGURES_KEPT_SECONDS } from '../../core/stats/figures-kept.js';
import { checkConservation } from '../../core/sweeps/check-conservation.js';
import type { SweepDeps, SweepPace } from '../../core/sweeps/sweep-deps.js';
import { sweepLatePayments } from '../../core/sweeps/sweep-late-payments.js';
import { sweepLostSagas } from '../../core/sweeps/sweep-lost-sagas.js';
import { sweepOverdueOrders } from '../../core/sweeps/sweep-overdue-orders.js';
import { sweepRestocks } from '../../core/sweeps/sweep-restocks.js';
import { sweepRefunds } from '../../core/sweeps/sweep-refunds.js';
import { sweepUnstartedOrders } from '../../core/sweeps/sweep-unstarted-orders.js';
import type { ConservationGauge } from '../conservation-gauge.js';
import type { SweepName } from '../../core/sweeps/sweep-names.js';
import type { ActivityDeps } from './activity-deps.js';

/** What only the sweeps need. */
export interface SweepTools {
  readonly config: Config;
  readonly temporal: Client;
  readonly publisher: Publisher;
  readonly conservation: ConservationGauge;
}

/** @returns how many things it mended in this round; at the limit there is another round */
export type SweepRun = (signal: AbortSignal) => Promise<number>;

/** Rows or holds in one short transaction. */
export const LIMIT = 500;
/** Looking at orders that wait costs little, changing them more: a page of those may end all at once. */
const PAGE = 200;
/** A saga that is at work finishes its own endings; what is older was left behind. */
const ENDING_AGE_MS = 30_000;
/** The saga's own timer and wake-ups come first. */
const GRACE_MS = 60_000;
/** Who decided that a payment is late or that money is due back may be about to act on it. */
const PAYMENT_AGE_MS = 5_000;
/** From `POST /orders` to a begun saga it takes milliseconds; a worker that restarts takes a while. */
const UNSTARTED_AGE_MS = 5 * 60_000;
const PRODUCTS_IN_ROUND = 100;

export function createSweepRuns(deps: ActivityDeps): Readonly<Record<SweepName, SweepRun>> {
  const { pool, redis, prefix, log, gateway, sweeps } = deps;
  const { config, temporal, publisher, conservation } = sweeps;
  const orders: SweepDeps = {
    pool,
    redis,
    prefix,
    log,
    announce: (changes) => announce(deps, changes),
    count: (code, productId) => deps.stats.count(code, productId),
  };
  const page = (signal: AbortSignal): SweepPace => ({ limit: PAGE, signal });
  return {
    'abandoned-holds': async () => {
      const swept = await sweepAbandonedHolds(orders, { olderThanMs: deps.holdSweepAgeMs, limit: LIMIT });
      return swept.released + swept.settled;
    },
    'unfinished-endings': async () => {
      const pace = { olderThanMs: ENDING_AGE_MS, limit: LIMIT };
      const { finished } = await sweepEndings(orders, pace);
      return finished + (await sweepRestocks(orders, pace));
    },
    'late-payments': async (signal) => {
      const swept = await sweepLatePayments(orders, { ...page(signal), olderThanMs: PAYMENT_AGE_MS });
      return swept.confirmed + swept.refundDue;
    },
    refunds: async (signal) => {
      const swept = await sweepRefunds(
        { pool, refunder: gateway, log },
        { ...page(signal), olderThanMs: PAYMENT_AGE_MS },
      );
      return swept.refunded + swept.refused;
    },
    'overdue-orders': async (signal) => {
      const swept = await sweepOverdueOrders(orders, { ...page(signal), graceMs: GRACE_MS });
      return swept.confirmed + swept.expired;
    },
    'lost-sagas': async (signal) => {
      const swept = await sweepLostSagas(
        { pool, temporal, prefix, paymentDeadlineMs: config.paymentDeadline, log },
        { limit: LIMIT, signal, graceMs: GRACE_MS },
      );
      return swept.started + swept.woken;
    },
    'unstarted-orders': async (signal) => {
      const swept = await sweepUnstartedOrders(
        { config, pool, temporal, publisher, log },
        { limit: LIMIT, signal, olderThanMs: UNSTARTED_AGE_MS },
      );
      return swept.handedOver;
    },
    'conservation-check': async (signal) => {
      const drifting = await checkConservation(
        { pool, redis, prefix, log },
        { limit: PRODUCTS_IN_ROUND, signal },
      );
      if (drifting) conservation.show(drifting);
      return 0;
    },
    'old-figures': () => pruneRoleStats(pool, { olderThanSeconds: FIGURES_KEPT_SECONDS, limit: LIMIT }),
  };
}

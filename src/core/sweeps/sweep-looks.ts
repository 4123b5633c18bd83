/** What each sweep would find now: the same search as its run, and nothing is changed. */
import { findDueRefunds } from '../postgres/find-due-refunds.js';
import { findHaltedOrders } from '../postgres/find-halted-orders.js';
import { findLatePayments } from '../postgres/find-late-payments.js';
import { findOpenRestocks } from '../postgres/find-open-restocks.js';
import { findUnfinishedEndings } from '../postgres/find-unfinished-endings.js';
import { countOldRoleStats } from '../postgres/count-old-role-stats.js';
import { isActionable } from '../replay/plan-replay.js';
import { FIGURES_KEPT_SECONDS } from '../stats/figures-kept.js';
import { checkConservation } from './check-conservation.js';
import { findLostSagas } from './find-lost-sagas.js';
import { ENDING_AGE_MS, GRACE_MS, PAYMENT_AGE_MS, UNSTARTED_AGE_MS } from './sweep-ages.js';
import { walkAbandonedHolds } from './sweep-holds.js';
import type { SweepName } from './sweep-names.js';
import { walkOverdueOrders } from './sweep-overdue-orders.js';
import type { SweepRunDeps } from './sweep-runs.js';
import { planUnstartedOrders } from './sweep-unstarted-orders.js';

export interface SweepLook {
  /** Things to be mended; of sagas those that may be lost, since only a start tells. */
  readonly found: number;
  /** False when there are more than were counted. */
  readonly complete: boolean;
  /** The first orders, reservations or products; empty where single ones say nothing. */
  readonly first: readonly string[];
}

export type SweepLooker = (signal: AbortSignal) => Promise<SweepLook>;

/** Things counted of one sweep. */
const COUNTED = 10_000;
const LISTED = 20;
/** Orders asked about at Temporal. */
const ASKED = 500;
const PRODUCTS_IN_ROUND = 100;

/** @returns by sweep; each @throws AppError UNAVAILABLE */
export function createSweepLooks(deps: SweepRunDeps): Readonly<Record<SweepName, SweepLooker>> {
  const { pool, prefix, config } = deps;
  return {
    'abandoned-holds': async (signal) => {
      const holds = new Set<string>();
      for await (const step of walkAbandonedHolds(deps, { olderThanMs: config.holdSweepAge })) {
        for (const { reservationId } of step) holds.add(reservationId);
        if (holds.size >= COUNTED || signal.aborted) break;
      }
      return toLook([...holds], COUNTED);
    },
    'unfinished-endings': async () => {
      const pace = { olderThanMs: ENDING_AGE_MS, limit: COUNTED };
      const endings = await findUnfinishedEndings(pool, pace);
      const restocks = await findOpenRestocks(pool, pace);
      return toLook([...endings, ...restocks].map(idOf), COUNTED);
    },
    'late-payments': async () => {
      const pace = { olderThanMs: PAYMENT_AGE_MS, limit: COUNTED };
      const undecided = await findLatePayments(pool, pace);
      const halted = await findHaltedOrders(pool, { ...pace, status: 'PAYMENT_CONFIRMED' });
      return toLook([...new Set([...undecided, ...halted])], COUNTED);
    },
    refunds: async () => {
      const { name } = await deps.refunder();
      const due = { olderThanMs: PAYMENT_AGE_MS, limit: COUNTED, gateway: name };
      return toLook((await findDueRefunds(pool, due)).map(idOf), COUNTED);
    },
    'overdue-orders': async (signal) => {
      const orders: string[] = [];
      for await (const { paid, overdue } of walkOverdueOrders(pool, {
        ...{ limit: ASKED, signal, graceMs: GRACE_MS },
      })) {
        orders.push(...paid, ...overdue);
        if (orders.length >= COUNTED) break;
      }
      return toLook(orders, COUNTED);
    },
    'lost-sagas': async (signal) => {
      const temporal = await deps.temporal();
      const pace = { limit: ASKED, signal, graceMs: GRACE_MS };
      const { suspects, wornOut } = await findLostSagas({ pool, temporal, prefix }, pace);
      return toLook([...suspects, ...wornOut].map(idOf), COUNTED);
    },
    'unstarted-orders': async () => {
      const temporal = await deps.temporal();
      const page = { olderThanMs: UNSTARTED_AGE_MS, limit: ASKED };
      const planned = await planUnstartedOrders({ ...deps, temporal }, page);
      const orders = planned.filter((order) => isActionable(order) || order.action === 'quarantine');
      return { ...toLook(orders.map(idOf), COUNTED), complete: planned.length < ASKED };
    },
    'conservation-check': async (signal) => {
      const drifting = (await checkConservation(deps, { limit: PRODUCTS_IN_ROUND, signal })) ?? [];
      return toLook(
        drifting.map(({ productId }) => productId),
        Infinity,
      );
    },
    'old-figures': async () => {
      const found = await countOldRoleStats(pool, {
        olderThanSeconds: FIGURES_KEPT_SECONDS,
        limit: COUNTED,
      });
      return { found, complete: found < COUNTED, first: [] };
    },
  };
}

const idOf = ({ orderId }: { readonly orderId: string }) => orderId;

function toLook(ids: readonly string[], limit: number): SweepLook {
  return { found: ids.length, complete: ids.length < limit, first: ids.slice(0, LISTED) };
}

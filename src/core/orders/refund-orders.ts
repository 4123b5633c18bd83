/** Calls sales off for an operator: the money of confirmed orders goes back, and their units to the sale if asked. */
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import { isRedisAway } from '../catalog/is-redis-away.js';
import type { Log } from '../log.js';
import {
  requestRefunds,
  type RefundOutcome,
  type RefundRequest,
  type RequestedRefund,
} from '../postgres/request-refunds.js';
import { finishEndings } from './finish-endings.js';
import { finishRestocks } from './finish-restocks.js';

export interface RefundedOrder {
  readonly orderId: string;
  /** `not-found`: no such order. The others as in the database. */
  readonly outcome: RefundOutcome | 'not-found';
  /** Where the order stands; null when there is none. */
  readonly status: RequestedRefund['order']['status'] | null;
  /** Money waits to be given back. False after `requested`: it had gone back before. */
  readonly refundDue: boolean;
  readonly restocked: boolean;
  /** False while units that were given back are not on offer in Redis: the next sweep, or the same call again, does it. */
  readonly offered: boolean;
}

/**
 * Decides first, acts after (I8): call-off, claim and event in Postgres, then the counter in Redis. The money goes back by
 * the sweep of refunds. A repeated call changes nothing more and does the halves that are still open.
 * @returns in the order of the ids
 * @throws AppError UNAVAILABLE when Postgres is away: whether it was done is then unknown, call again
 */
export async function refundOrders(
  deps: CatalogDeps & { readonly log: Log },
  request: RefundRequest,
): Promise<RefundedOrder[]> {
  const decided = await requestRefunds(deps.pool, request);
  const unsettled = [...decided.values()].filter(({ outcome }) => outcome === 'unsettled');
  if (unsettled.length > 0 && (await settle(deps, unsettled))) {
    const orderIds = unsettled.map(({ order }) => order.orderId);
    for (const [orderId, row] of await requestRefunds(deps.pool, { ...request, orderIds }))
      decided.set(orderId, row);
  }
  const offered = await offer(deps, [...decided.values()]);
  return request.orderIds.map((orderId) => {
    const row = decided.get(orderId);
    return {
      orderId,
      outcome: row?.outcome ?? 'not-found',
      status: row?.order.status ?? null,
      refundDue: row?.order.refund?.status === 'DUE',
      restocked: row?.restocked ?? false,
      offered: row?.restocked === true && (!row.restockOpen || offered.has(orderId)),
    };
  });
}

/** Just confirmed, and nobody has noted yet that its hold is over: that comes first, or the unit would count as sold. */
async function settle(
  deps: CatalogDeps & { readonly log: Log },
  rows: readonly RequestedRefund[],
): Promise<boolean> {
  try {
    const { done } = await finishEndings(
      deps,
      rows.map(({ order, units }) => ({ ...units, orderId: order.orderId, status: 'CONFIRMED' as const })),
    );
    return done.length > 0;
  } catch (error) {
    if (!isRedisAway(error)) throw error;
    deps.log.debug({ err: error }, 'Redis is away: confirmations could not be settled');
    return false;
  }
}

/** @returns the orders whose units are on offer now */
async function offer(
  deps: CatalogDeps & { readonly log: Log },
  rows: readonly RequestedRefund[],
): Promise<ReadonlySet<string>> {
  const open = rows.filter(({ restockOpen }) => restockOpen);
  try {
    const { done } = await finishRestocks(
      deps,
      open.map(({ order, units }) => ({ ...units, orderId: order.orderId })),
    );
    return new Set(done);
  } catch (error) {
    if (!isRedisAway(error)) throw error;
    deps.log.debug({ err: error }, 'Redis is away: restocked units are left to the sweep');
    return new Set();
  }
}

/** Begun orders whose sagas were terminated, failed or deleted, or that wait for an answer nobody seems to ask for. */
import type { Client } from '@temporalio/client';
import { isFinal } from '../order.js';
import type { Db } from '../postgres/db.js';
import { findHaltedOrders } from '../postgres/find-halted-orders.js';
import { findOrdersByIds } from '../postgres/find-orders-by-ids.js';
import { findReviewResolutions } from '../postgres/find-review-resolutions.js';
import { isUuid } from '../postgres/is-uuid.js';
import { findFailedSagas } from '../temporal/find-failed-sagas.js';
import { findUnaskedPayments, type UnaskedPayment } from './find-unasked-payments.js';
import type { SweepPace } from './sweep-deps.js';

export interface LostSagas {
  /** To be started again, or woken; harmless for those that are at work after all. */
  readonly suspects: readonly UnaskedPayment[];
  /** Whose sagas fail again and again: for a person. */
  readonly wornOut: readonly { readonly orderId: string; readonly failed: number }[];
}

/** Who was lost longer ago is found when the time to pay is over, or waits among those who were never started. */
const LOOK_BACK_MS = 24 * 60 * 60 * 1_000;
const MAX_FAILED_RUNS = 10_000;
/** A saga that fails this often will fail again: starting it on and on would hide that. */
export const MAX_RUNS = 5;
/** Orders asked about in one run. */
const MAX_SUSPECTS = 200;

/**
 * @param options.graceMs how long nothing happened that should have
 * @throws AppError UNAVAILABLE when Postgres or Temporal is away
 */
export async function findLostSagas(
  deps: { readonly pool: Db; readonly temporal: Client; readonly prefix: string },
  options: SweepPace & { readonly graceMs: number },
): Promise<LostSagas> {
  const { lost, wornOut } = await findEnded(deps);
  const halted = await findHaltedOrders(deps.pool, {
    status: 'INVENTORY_RESERVED',
    olderThanMs: options.graceMs,
    limit: MAX_SUSPECTS,
  });
  const unasked = await findUnaskedPayments(deps.pool, { ...options, atMost: MAX_SUSPECTS });
  const suspects = new Map<string, UnaskedPayment>();
  for (const orderId of [...lost, ...halted]) suspects.set(orderId, { orderId, attempt: null });
  for (const suspect of unasked) suspects.set(suspect.orderId, suspect);
  for (const { orderId } of wornOut) suspects.delete(orderId);
  return { suspects: [...suspects.values()], wornOut };
}

/** Live orders whose saga ended without bringing them to their end, and those for which that happens too often. */
async function findEnded(deps: {
  readonly pool: Db;
  readonly temporal: Client;
  readonly prefix: string;
}): Promise<{ lost: string[]; wornOut: { orderId: string; failed: number }[] }> {
  const { pool, temporal, prefix } = deps;
  const runs = await findFailedSagas(temporal, prefix, { sinceMs: LOOK_BACK_MS, limit: MAX_FAILED_RUNS });
  const orders = await findOrdersByIds(pool, [...runs.keys()].filter(isUuid));
  const lost: string[] = [];
  const wornOut: { orderId: string; failed: number }[] = [];
  const resolved = await findReviewResolutions(
    pool,
    [...orders.keys()].filter((orderId) => (runs.get(orderId)?.length ?? 0) >= MAX_RUNS),
  );
  for (const { orderId, status } of orders.values()) {
    if (isFinal(status)) continue;
    // Somebody had a look after those before: they do not count again. Clocks that differ only move that by as much.
    const since = resolved.get(orderId)?.getTime() ?? 0;
    const failed = (runs.get(orderId) ?? []).filter((closedAt) => closedAt.getTime() > since).length;
    if (failed < MAX_RUNS) lost.push(orderId);
    else wornOut.push({ orderId, failed });
  }
  return { lost, wornOut };
}

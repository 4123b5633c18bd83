/** Brings orders to their end without their saga: the same decisions in Postgres, the same halves in Redis. */
import { finishEndings, type OpenEnding } from '../orders/finish-endings.js';
import { isRedisAway } from '../catalog/is-redis-away.js';
import { isFinal, type FinalStatus, type OrderStatus } from '../order.js';
import { confirmOrders } from '../postgres/confirm-orders.js';
import { endOrders } from '../postgres/end-orders.js';
import type { SweepDeps } from './sweep-deps.js';

/**
 * Paid orders become sold; an order that is not paid, or has ended, is left as it is (I10).
 * @returns the ids of those that this call confirmed. @throws AppError UNAVAILABLE when Postgres is away
 */
export async function confirmPaidOrders(deps: SweepDeps, orderIds: readonly string[]): Promise<string[]> {
  const rows = [...(await confirmOrders(deps.pool, orderIds)).values()];
  deps.announce(rows);
  const changed = rows.filter((row) => row.changed);
  for (const { order } of changed) deps.count('confirmed', order.productId);
  const endings = rows.map(({ status, hold, holdDone, order }) => ({
    ...hold,
    orderId: order.orderId,
    status,
    holdDone,
  }));
  await finishWhatCanBe(deps, endings);
  return changed.map(({ order }) => order.orderId);
}

/**
 * Unpaid orders whose time has passed end as EXPIRED and give their units back; a payment that came first wins (I10).
 * @returns the ids of those that this call ended. @throws AppError UNAVAILABLE when Postgres is away
 */
export async function expireOrders(deps: SweepDeps, orderIds: readonly string[]): Promise<string[]> {
  const wanted = orderIds.map((orderId) => ({
    orderId,
    status: 'EXPIRED' as const,
    failureCode: 'PAYMENT_EXPIRED' as const,
  }));
  const rows = [...(await endOrders(deps.pool, wanted)).values()];
  deps.announce(rows);
  const changed = rows.filter((row) => row.changed);
  for (const { productId } of changed) deps.count('expired', productId);
  await finishWhatCanBe(
    deps,
    rows.map((row) => ({ ...row, orderId: row.order.orderId })),
  );
  return changed.map(({ order }) => order.orderId);
}

interface Decided extends Omit<OpenEnding, 'status'> {
  readonly status: OrderStatus;
  readonly holdDone: boolean;
}

/** What Redis cannot do now is left to the sweep of endings: it must not keep further orders from being decided. */
async function finishWhatCanBe(deps: SweepDeps, decided: readonly Decided[]): Promise<void> {
  const open = decided.filter((ending): ending is Decided & { status: FinalStatus } => {
    return isFinal(ending.status) && !ending.holdDone;
  });
  try {
    const { done } = await finishEndings(deps, open);
    for (const { ending, how } of done) if (how === 'released') deps.count('released', ending.productId);
  } catch (error) {
    if (!isRedisAway(error)) throw error;
    deps.log.warn({ err: error, orders: open.length }, 'Redis is away: endings are left to the next sweep');
  }
}

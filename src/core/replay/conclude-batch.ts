/** Brings a batch of overdue orders to their end, as their sagas should have. */
import type { PlannedOrder } from './plan-replay.js';
import { skipped, type ReplayedOrder, type ReplayTools } from './replay-tools.js';

/**
 * Decided in Postgres, by the row as it is then: a payment that comes first wins (I10), and a saga that comes later finds
 * the order final (I7).
 * @throws AppError UNAVAILABLE when Postgres is away
 */
export async function concludeBatch(
  tools: ReplayTools,
  orders: readonly PlannedOrder[],
): Promise<ReplayedOrder[]> {
  const ids = (paid: boolean) => orders.filter((one) => one.paid === paid).map(({ orderId }) => orderId);
  const [paid, unpaid] = [ids(true), ids(false)];
  const confirmed = new Set(paid.length > 0 ? await tools.confirm(paid) : []);
  const expired = new Set(unpaid.length > 0 ? await tools.expire(unpaid) : []);
  return orders.map(({ orderId }) => {
    if (confirmed.has(orderId)) return { orderId, outcome: 'confirmed', reason: null };
    if (expired.has(orderId)) return { orderId, outcome: 'expired', reason: null };
    return skipped(orderId, 'it was decided meanwhile');
  });
}

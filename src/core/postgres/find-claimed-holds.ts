/** The holds of orders as their rows know them: what `take` restores in Redis. */
import type { TakenHold } from '../redis/take.js';
import type { Db } from './db.js';
import { TAKEN_HOLD_COLUMNS, toTakenHold, type TakenHoldRow } from './taken-hold-row.js';

/**
 * Only of orders that claim units: one that was released meanwhile has no hold to restore.
 * @param orderIds UUIDs
 * @returns by order id
 */
export async function findClaimedHolds(db: Db, orderIds: readonly string[]): Promise<Map<string, TakenHold>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await db.query<TakenHoldRow>({
    text: `select ${TAKEN_HOLD_COLUMNS} from orders
           where order_id = any($1::uuid[]) and status in ('PAYMENT_CONFIRMED', 'CONFIRMED') and restocked_at is null`,
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, toTakenHold(row)]));
}

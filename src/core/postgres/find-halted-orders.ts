/** Orders that stand at a status in which none rests: whoever moved them stopped half-way. */
import type { Db } from './db.js';

/**
 * `PAYMENT_CONFIRMED`: claimed late and not confirmed yet. `INVENTORY_RESERVED`: begun and not asked to pay yet.
 * @param options.olderThanMs since the last change: leaves fresh ones to who is at them
 * @returns order ids, oldest first
 */
export async function findHaltedOrders(
  db: Db,
  options: {
    readonly status: 'INVENTORY_RESERVED' | 'PAYMENT_CONFIRMED';
    readonly olderThanMs: number;
    readonly limit: number;
  },
): Promise<string[]> {
  const { rows } = await db.query<{ order_id: string }>({
    // The first condition is the one of the index.
    text: `select order_id from orders
           where status in ('INVENTORY_RESERVED', 'PAYMENT_CONFIRMED') and status = $1
             and updated_at <= now() - $2 * interval '1 millisecond'
           order by created_at limit $3`,
    values: [options.status, options.olderThanMs, options.limit],
  });
  return rows.map((row) => row.order_id);
}

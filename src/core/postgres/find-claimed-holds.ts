/** The holds of orders as their rows know them: what `take` restores in Redis. */
import type { TakenHold } from '../redis/take.js';
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

interface Row {
  readonly order_id: string;
  readonly reservation_id: string;
  readonly product_id: string;
  readonly user_id: string;
  readonly quantity: number;
  readonly unit_price_minor: string;
  readonly currency: string;
  readonly body_hash: string;
  readonly generation: number;
}

/**
 * Only of orders that claim units: one that was released meanwhile has no hold to restore.
 * @param orderIds UUIDs
 * @returns by order id
 */
export async function findClaimedHolds(db: Db, orderIds: readonly string[]): Promise<Map<string, TakenHold>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await db.query<Row>({
    text: `select order_id, reservation_id, product_id, user_id, quantity, unit_price_minor, currency, body_hash, generation
           from orders
           where order_id = any($1::uuid[]) and status in ('PAYMENT_CONFIRMED', 'CONFIRMED') and restocked_at is null`,
    values: [orderIds],
  });
  return new Map(
    rows.map((row) => [
      row.order_id,
      {
        reservationId: row.reservation_id,
        productId: row.product_id,
        userId: row.user_id,
        quantity: row.quantity,
        unitPrice: { amountMinor: toSafeInteger(row.unit_price_minor), currency: row.currency },
        bodyHash: row.body_hash,
        generation: row.generation,
      },
    ]),
  );
}

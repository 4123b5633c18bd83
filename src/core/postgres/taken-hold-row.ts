/** How a row of `orders` becomes the hold that Redis must have for it. */
import type { TakenHold } from '../redis/take.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface TakenHoldRow {
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

/** The select list of a TakenHoldRow. */
export const TAKEN_HOLD_COLUMNS =
  'order_id, reservation_id, product_id, user_id, quantity, unit_price_minor, currency, body_hash, generation';

export function toTakenHold(row: TakenHoldRow): TakenHold {
  return {
    reservationId: row.reservation_id,
    productId: row.product_id,
    userId: row.user_id,
    quantity: row.quantity,
    unitPrice: { amountMinor: toSafeInteger(row.unit_price_minor), currency: row.currency },
    bodyHash: row.body_hash,
    generation: row.generation,
  };
}

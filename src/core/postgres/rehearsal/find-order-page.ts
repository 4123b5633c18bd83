/** Some orders of some products, with what their marks in Redis are called by. */
import type { Db } from '../db.js';

export interface RehearsedOrder {
  readonly orderId: string;
  readonly reservationId: string;
  readonly productId: string;
}

/** Rows that only end a reservation id count too. @returns any `limit` of them */
export async function findOrderPage(
  db: Db,
  productIds: readonly string[],
  limit: number,
): Promise<RehearsedOrder[]> {
  const { rows } = await db.query<{ order_id: string; reservation_id: string; product_id: string }>({
    text: `select order_id, reservation_id, product_id from orders where product_id = any($1::text[]) limit $2`,
    values: [productIds, limit],
  });
  return rows.map((row) => ({
    orderId: row.order_id,
    reservationId: row.reservation_id,
    productId: row.product_id,
  }));
}

/** Restocked orders whose units are free in Postgres and not yet in Redis: a process died in between, or Redis was away. */
import type { RestockedUnits } from '../redis/restock.js';
import type { Db } from './db.js';

export interface OpenRestock extends RestockedUnits {
  readonly orderId: string;
}

interface Row {
  readonly order_id: string;
  readonly product_id: string;
  readonly reservation_id: string;
  readonly generation: number;
  readonly user_id: string;
  readonly quantity: number;
}

/** @returns oldest order first */
export async function findOpenRestocks(
  db: Db,
  options: {
    /** Since the last change of the order: leaves fresh ones to who decided them. */
    readonly olderThanMs: number;
    readonly limit: number;
    /** Only of this product. */
    readonly productId?: string;
    /** These are passed over. */
    readonly withoutProducts?: readonly string[];
  },
): Promise<OpenRestock[]> {
  const { rows } = await db.query<Row>({
    text: `select order_id, product_id, reservation_id, generation, user_id, quantity from orders
           where restock_open and updated_at <= now() - $1 * interval '1 millisecond'
             and ($3::text is null or product_id = $3) and product_id <> all ($4)
           order by created_at limit $2`,
    values: [options.olderThanMs, options.limit, options.productId ?? null, options.withoutProducts ?? []],
  });
  return rows.map((row) => ({
    orderId: row.order_id,
    productId: row.product_id,
    reservationId: row.reservation_id,
    generation: row.generation,
    userId: row.user_id,
    quantity: row.quantity,
  }));
}

/** Ended orders whose Redis half nobody finished: a process died between the commit and the release. */
import type { FinalStatus } from '../order.js';
import type { HoldName } from './confirm-orders.js';
import type { Db } from './db.js';

export interface UnfinishedEnding extends HoldName {
  readonly orderId: string;
  /** CONFIRMED: the hold is to be settled; any other: released. */
  readonly status: FinalStatus;
  readonly userId: string;
  readonly quantity: number;
}

interface Row {
  readonly order_id: string;
  readonly status: FinalStatus;
  readonly product_id: string;
  readonly reservation_id: string;
  readonly generation: number;
  readonly user_id: string;
  readonly quantity: number;
}

/**
 * @param options.olderThanMs since the last change of the order: leaves fresh endings to who decided them
 * @param options.withoutProducts their endings are passed over
 * @param options.productId only of this product
 */
export async function findUnfinishedEndings(
  db: Db,
  options: {
    readonly olderThanMs: number;
    readonly limit: number;
    readonly withoutProducts?: readonly string[];
    readonly productId?: string;
  },
): Promise<UnfinishedEnding[]> {
  const { rows } = await db.query<Row>({
    text: `select order_id, status, product_id, reservation_id, generation, user_id, quantity
           from orders
           where not hold_done and status in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED')
             and updated_at <= now() - $1 * interval '1 millisecond'
             and product_id <> all ($3) and ($4::text is null or product_id = $4)
           order by created_at
           limit $2`,
    values: [options.olderThanMs, options.limit, options.withoutProducts ?? [], options.productId ?? null],
  });
  return rows.map((row) => ({
    orderId: row.order_id,
    status: row.status,
    productId: row.product_id,
    reservationId: row.reservation_id,
    generation: row.generation,
    userId: row.user_id,
    quantity: row.quantity,
  }));
}

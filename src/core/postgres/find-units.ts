/** Units of products as a screen shows them every second: cheap, because only live orders are read. */
import type { Db } from './db.js';
import type { Conservation } from './find-conservation.js';
import { toSafeInteger } from './to-safe-integer.js';

/** As findConservation, without what takes a look at every order. */
export interface Units extends Omit<Conservation, 'soldUnpaid' | 'paidEnded'> {
  /** Orders that are not final: what this look had to read. */
  readonly liveOrders: number;
}

interface Row {
  readonly product_id: string;
  readonly seeded: number;
  readonly claimed: number;
  readonly held: string;
  readonly epoch: string;
  readonly live_orders: string;
}

/**
 * What is claimed and not held counts as sold, so this can find nothing wrong: `findConservation` does that.
 * @param productIds only these; all products with stock when left out
 * @returns one snapshot, sorted by product
 */
export async function findUnits(db: Db, productIds?: readonly string[]): Promise<Units[]> {
  const { rows } = await db.query<Row>(
    `select s.product_id, s.seeded, s.claimed, s.epoch, coalesce(t.held, 0) as held,
       coalesce(t.live_orders, 0) as live_orders
     from stock s
     left join (
       select o.product_id, sum(o.quantity) as held, count(*) as live_orders from orders o
       where o.status in ('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED')
         and ($1::text[] is null or o.product_id = any($1))
       group by o.product_id
     ) t on t.product_id = s.product_id
     where $1::text[] is null or s.product_id = any($1)
     order by s.product_id`,
    [productIds ?? null],
  );
  return rows.map((row) => {
    const held = toSafeInteger(row.held);
    const { product_id: productId, seeded, claimed } = row;
    return {
      ...{ productId, seeded, claimed, held, sold: claimed - held, epoch: toSafeInteger(row.epoch) },
      liveOrders: toSafeInteger(row.live_orders),
    };
  });
}

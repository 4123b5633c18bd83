/** Units by two independent counts in one snapshot: what the stock row claims, and what the orders add up to (I2). */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface Conservation {
  readonly productId: string;
  readonly seeded: number;
  readonly claimed: number;
  /** Units of orders not yet final. */
  readonly held: number;
  /** Units of confirmed orders, less those restocked. Conserved when held + sold = claimed. */
  readonly sold: number;
  readonly epoch: number;
  /** Confirmed orders for which no money was captured (I10). */
  readonly soldUnpaid: number;
  /** Orders that are paid, ended without being sold, and not due for refund: given back already, or forgotten. */
  readonly paidEnded: number;
}

interface Row {
  readonly product_id: string;
  readonly seeded: number;
  readonly claimed: number;
  readonly held: string;
  readonly sold: string;
  readonly epoch: string;
  readonly sold_unpaid: string;
  readonly paid_ended: string;
}

const statementFor = (condition: string) => `
  select s.product_id, s.seeded, s.claimed, s.epoch, coalesce(t.held, 0) as held, coalesce(t.sold, 0) as sold,
    coalesce(t.sold_unpaid, 0) as sold_unpaid, coalesce(t.paid_ended, 0) as paid_ended
  from stock s
  left join (
    select o.product_id,
      sum(o.quantity) filter (where o.status in ('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED')) as held,
      sum(o.quantity) filter (where o.status = 'CONFIRMED' and o.restocked_at is null) as sold,
      count(*) filter (where o.status = 'CONFIRMED' and not o.paid) as sold_unpaid,
      count(*) filter (where o.paid and not o.refund_due and o.status in ('FAILED', 'CANCELLED', 'EXPIRED')) as paid_ended
    from orders o
    ${condition === '' ? '' : `where o.${condition}`}
    group by o.product_id
  ) t on t.product_id = s.product_id
  ${condition === '' ? '' : `where s.${condition}`}
  order by s.product_id`;

/**
 * Reads every order of the products: for audits. Screens that poll use findUnits.
 * @param productIds only these; all products with stock when left out
 */
export async function findConservation(db: Db, productIds?: readonly string[]): Promise<Conservation[]> {
  const { rows } = await db.query<Row>(
    productIds === undefined
      ? { text: statementFor('') }
      : {
          text: statementFor('product_id = any($1::text[])'),
          values: [productIds],
        },
  );
  return rows.map((row) => ({
    productId: row.product_id,
    seeded: row.seeded,
    claimed: row.claimed,
    held: toSafeInteger(row.held),
    sold: toSafeInteger(row.sold),
    epoch: toSafeInteger(row.epoch),
    soldUnpaid: toSafeInteger(row.sold_unpaid),
    paidEnded: toSafeInteger(row.paid_ended),
  }));
}

/** How many orders some products have, and what of them is still under way: rows that somebody will come back to. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';

export interface Unfinished {
  /** All, whatever has become of them. */
  readonly orders: number;
  /** Orders that have not come to their end. */
  readonly open: number;
  /** Ended orders whose Redis half nobody has done yet. */
  readonly halfEnded: number;
  /** Events that no broker has acknowledged yet. */
  readonly unpublished: number;
  /** Orders whose money goes back, or waits for a decision. */
  readonly owed: number;
  /** Orders for which another gateway than the simulated one has taken money that did not go back. */
  readonly charged: number;
}

export async function countUnfinished(db: Db, productIds: readonly string[]): Promise<Unfinished> {
  const { rows } = await db.query<Record<keyof Unfinished, string>>({
    text: `select count(*) as orders,
        count(*) filter (where o.status in ('PENDING', 'INVENTORY_RESERVED', 'PAYMENT_PENDING', 'PAYMENT_CONFIRMED')) as open,
        count(*) filter (where not o.hold_done and o.status in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED')) as "halfEnded",
        coalesce(sum((select count(*) from order_events e
          where e.order_id = o.order_id and e.published_at is null and e.topics <> '{}')), 0) as unpublished,
        count(*) filter (where o.refund_due or o.review_reason is not null
          or exists (select from payments p where p.order_id = o.order_id and p.status = 'LATE')) as owed,
        count(*) filter (where exists (select from payments p
          where p.order_id = o.order_id and p.gateway <> 'simulated' and p.status in ('CAPTURED', 'LATE'))) as charged
      from orders o where o.product_id = any($1::text[])`,
    values: [productIds],
  });
  const [row] = rows;
  const count = (name: keyof Unfinished) => toSafeInteger(row?.[name] ?? '0');
  return {
    orders: count('orders'),
    open: count('open'),
    halfEnded: count('halfEnded'),
    unpublished: count('unpublished'),
    owed: count('owed'),
    charged: count('charged'),
  };
}

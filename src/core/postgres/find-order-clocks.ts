/** How old orders are and how long they may still be paid, by the database's own clock. */
import type { Db } from './db.js';

export interface OrderClock {
  /** Since the order was accepted. */
  readonly ageMs: number;
  /** Until the time to pay ends, negative when it is over; null before it runs. */
  readonly remainingMs: number | null;
}

/** @param orderIds UUIDs. @returns by order id; ids without an order are absent */
export async function findOrderClocks(db: Db, orderIds: readonly string[]): Promise<Map<string, OrderClock>> {
  const { rows } = await db.query<{ order_id: string; age_ms: number; remaining_ms: number | null }>({
    text: `select order_id, (extract(epoch from now() - created_at) * 1000)::float8 as age_ms,
             (extract(epoch from pay_by - now()) * 1000)::float8 as remaining_ms
           from orders where order_id = any($1::uuid[])`,
    values: [orderIds],
  });
  return new Map(
    rows.map((row) => [row.order_id, { ageMs: row.age_ms, remainingMs: row.remaining_ms }] as const),
  );
}

/** How far the refunds of these orders are. */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

export interface OpenRefunds {
  /** Orders whose money has still to go back. */
  readonly due: number;
  /** Those of them that wait for a person, since the gateway refused. */
  readonly refused: number;
}

/** @param orderIds UUIDs */
export async function countOpenRefunds(db: Db, orderIds: readonly string[]): Promise<OpenRefunds> {
  const { rows } = await db.query<{ due: string; refused: string }>({
    text: `select count(*) as due,
             count(*) filter (where exists (select from payments p where p.order_id = o.order_id
               and p.status in ('CAPTURED', 'LATE') and p.refund_refusal is not null)) as refused
           from orders o where o.order_id = any($1::uuid[]) and o.refund_due`,
    values: [orderIds],
  });
  const [row] = rows;
  return { due: toSafeInteger(row?.due ?? '0'), refused: toSafeInteger(row?.refused ?? '0') };
}

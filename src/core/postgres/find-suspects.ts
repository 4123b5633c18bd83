/** Given orders, as those see them who look for what nobody carries on. */
import type { Db } from './db.js';
import { VISIBLE } from './order-row.js';
import { suspectsAmong, toSuspect, type SuspectOrder, type SuspectRow } from './suspect-row.js';

/** @param orderIds UUIDs. @returns by order id; ids without an order are absent */
export async function findSuspects(db: Db, orderIds: readonly string[]): Promise<Map<string, SuspectOrder>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await db.query<SuspectRow>({
    text: suspectsAmong(`o.order_id = any($1::uuid[]) and o.${VISIBLE}`),
    values: [orderIds],
  });
  return new Map(rows.map((row) => [row.order_id, toSuspect(row)]));
}

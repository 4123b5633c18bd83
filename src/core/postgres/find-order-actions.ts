/** What operators did to one order, as they left it on record. */
import type { Db } from './db.js';
import { isUuid } from './is-uuid.js';

export interface OrderAction {
  readonly at: Date;
  readonly actor: string;
  readonly host: string;
  readonly command: string;
  readonly reason: string | null;
  /** As the command recorded it, for all orders that it touched. */
  readonly result: unknown;
}

/** An action names the orders it touched in its arguments, as `orderId` or among `orderIds`. @returns newest first */
export async function findOrderActions(db: Db, orderId: string, limit: number): Promise<OrderAction[]> {
  if (!isUuid(orderId)) return [];
  const { rows } = await db.query<OrderAction>({
    // The few rows first: in the order of the other index it would read every action there ever was.
    text: `with named as materialized (
             select at, action_id, actor, host, command, reason, result from operator_actions
             where arguments @> $1::jsonb or arguments @> $2::jsonb
           )
           select at, actor, host, command, reason, result from named order by at desc, action_id desc limit $3`,
    values: [JSON.stringify({ orderIds: [orderId] }), JSON.stringify({ orderId }), limit],
  });
  return rows;
}

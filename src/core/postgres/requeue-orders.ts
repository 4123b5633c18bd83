/** Hands orders to Kafka once more, by putting their reservation event back into the outbox. */
import type { Pool } from './create-pool.js';
import { takeReplayTurn } from './take-replay-turn.js';
import { withTransaction } from './with-transaction.js';

export interface RequeuedOrder {
  /** UUID. */
  readonly orderId: string;
  /** As it was when the order was found stuck: of several who found it, the first one hands it over. */
  readonly replayCount: number;
}

/**
 * Harmless beside live traffic and when repeated: only PENDING orders are requeued, no unit moves, and a saga starts
 * once however often its event arrives (I7). Raises the count of replays.
 * @returns the ids for which this call did it; the others have moved on, or somebody else was faster
 */
export async function requeueOrders(pool: Pool, orders: readonly RequeuedOrder[]): Promise<Set<string>> {
  if (orders.length === 0) return new Set();
  const orderIds = orders.map(({ orderId }) => orderId);
  return withTransaction(pool, async (db) => {
    // Another replay that only looks at these rows would hide them from the one that is about to send them.
    await takeReplayTurn(db);
    // The events first and in the order of every relay: the function by itself meets them in no order, and waits for
    // a relay that waits for it.
    await db.query(
      `select 1 from order_events where order_id = any($1::uuid[]) and version = 1
       order by event_id for no key update`,
      [orderIds],
    );
    // A further statement: it sees the counts of those whose locks this one has waited for.
    const { rows } = await db.query<{ order_id: string }>(
      `select r.order_id
       from requeue_orders(array(
         select o.order_id from orders o
         join unnest($1::uuid[], $2::integer[]) as t(order_id, replay_count) using (order_id, replay_count)
         where o.order_id = any($1::uuid[])
       )) as r(order_id)`,
      [orderIds, orders.map(({ replayCount }) => replayCount)],
    );
    return new Set(rows.map((row) => row.order_id));
  });
}

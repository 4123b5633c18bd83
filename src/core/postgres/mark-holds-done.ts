/** Notes that the Redis half of endings is done. */
import type { Db } from './db.js';

/**
 * Call it after `release` or `settle` of this very generation succeeded. A late claim in between has raised the
 * generation, and then its own hold is not done: nothing is marked.
 */
export async function markHoldsDone(
  db: Db,
  holds: readonly { readonly orderId: string; readonly generation: number }[],
): Promise<void> {
  if (holds.length === 0) return;
  await db.query({
    text: `with done as (
             select o.order_id
             from unnest($1::uuid[], $2::integer[]) as h(order_id, generation)
             join orders o on o.order_id = h.order_id and o.generation = h.generation
             where o.order_id = any($1::uuid[]) and not o.hold_done
               and o.status in ('CONFIRMED', 'FAILED', 'CANCELLED', 'EXPIRED')
             order by o.reservation_id
             for no key update of o
           )
           update orders o set hold_done = true, updated_at = now_ms()
           from done d where o.order_id = d.order_id`,
    values: [holds.map((hold) => hold.orderId), holds.map((hold) => hold.generation)],
  });
}

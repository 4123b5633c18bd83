/** Takes events out of the outbox. */
import type { Db } from './db.js';

/** Only after the broker has acknowledged every topic of each event (I6). @param eventIds of OutboxRecord */
export async function markPublished(db: Db, eventIds: readonly string[]): Promise<void> {
  if (eventIds.length === 0) return;
  await db.query({
    // Locked in one order first: two relays may hold the same event, one fresh from the commit, one from the outbox.
    text: `with acknowledged as (
             select event_id from order_events
             where event_id = any($1::bigint[]) and published_at is null
             order by event_id for no key update
           )
           update order_events e set published_at = now_ms()
           from acknowledged a where e.event_id = a.event_id`,
    values: [eventIds],
  });
}

/** How much waits for Kafka. */
import type { Db } from './db.js';

/** Counting stops here, so that a huge backlog costs a bounded time to measure. */
const DEFAULT_CAP = 1_000_000;

/** @returns unpublished events, at most `cap`, and how long the oldest waits; null when none does */
export async function measureOutbox(
  db: Db,
  cap = DEFAULT_CAP,
): Promise<{ depth: number; oldestAgeMs: number | null }> {
  const { rows } = await db.query<{ depth: number; oldest_age_ms: number | null }>({
    text: `select count(*)::integer as depth,
             (select greatest(0, extract(epoch from now() - e.occurred_at) * 1000)::float8
              from order_events e where e.published_at is null and e.topics <> '{}'
              order by e.event_id limit 1) as oldest_age_ms
           from (select from order_events where published_at is null and topics <> '{}' limit $1) unpublished`,
    values: [cap],
  });
  const [row] = rows;
  return { depth: row?.depth ?? 0, oldestAgeMs: row?.oldest_age_ms ?? null };
}

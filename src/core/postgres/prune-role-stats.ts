/** Forgets per-second figures that nobody looks at any more. */
import type { Db } from './db.js';

/** @returns how many rows went, at most `limit`: call again until it is less */
export async function pruneRoleStats(
  db: Db,
  options: { readonly olderThanSeconds: number; readonly limit: number },
): Promise<number> {
  const { rowCount } = await db.query({
    text: `delete from role_stats where ctid = any(array(
             select ctid from role_stats where second < now() - $1 * interval '1 second' order by second limit $2))`,
    values: [options.olderThanSeconds, options.limit],
  });
  return rowCount ?? 0;
}

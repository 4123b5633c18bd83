/** How many per-second figures are so old that nobody looks at them any more. */
import type { Db } from './db.js';

/** @returns at most `limit` */
export async function countOldRoleStats(
  db: Db,
  options: { readonly olderThanSeconds: number; readonly limit: number },
): Promise<number> {
  const { rows } = await db.query<{ old: number }>({
    text: `select count(*)::integer as old from (
             select from role_stats where second < now() - $1 * interval '1 second' limit $2) o`,
    values: [options.olderThanSeconds, options.limit],
  });
  return rows[0]?.old ?? 0;
}

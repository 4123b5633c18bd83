/** What operators did between two moments, oldest first. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';

export interface OperatorActionRow {
  readonly at: Date;
  readonly actor: string;
  readonly host: string;
  readonly command: string;
  /** JSON as it was recorded. */
  readonly arguments: unknown;
  readonly reason: string | null;
  readonly result: unknown;
}

/** @returns the newest `limit` of them, and how many there are */
export async function findOperatorActions(
  db: Db,
  filter: { readonly since: Date; readonly until: Date; readonly limit: number },
): Promise<{ readonly actions: OperatorActionRow[]; readonly count: number }> {
  const { rows } = await db.query<OperatorActionRow & { readonly count: string }>(
    `select at, actor, host, command, arguments, reason, result, count(*) over () as count
     from operator_actions where at between $1 and $2 order by at desc, action_id desc limit $3`,
    [filter.since, filter.until, filter.limit],
  );
  return {
    actions: rows.map(({ count: _count, ...action }) => action).reverse(),
    count: toSafeInteger(rows[0]?.count ?? '0'),
  };
}

/** Which processes have given a sign of life lately. */
import type { Role } from '../names.js';
import type { Db } from './db.js';

export interface LiveReplica {
  readonly role: Role;
  readonly replica: string;
  /** Since its last figures, by Postgres's clock against that of the replica. */
  readonly silentMs: number;
}

/** @param options.withinMs how far back. @returns by role and replica */
export async function findLiveReplicas(
  db: Db,
  options: { readonly withinMs: number },
): Promise<LiveReplica[]> {
  const { rows } = await db.query<{ role: Role; replica: string; silent_ms: number }>({
    text: `select role, replica, greatest(0, extract(epoch from now() - max(second)) * 1000)::float8 as silent_ms
           from role_stats where second > now() - $1 * interval '1 millisecond'
           group by role, replica order by role, replica`,
    values: [options.withinMs],
  });
  return rows.map((row) => ({ role: row.role, replica: row.replica, silentMs: row.silent_ms }));
}

/** What operators did last, whatever it was about. */
import type { Db } from './db.js';

export interface RecentAction {
  /** Rises with every action; 64 bit, so a string. */
  readonly actionId: string;
  readonly at: Date;
  readonly actor: string;
  readonly host: string;
  readonly command: string;
  readonly reason: string | null;
  /** As the command recorded them. */
  readonly arguments: unknown;
}

interface Row extends Omit<RecentAction, 'actionId'> {
  readonly action_id: string;
}

/** @returns newest first */
export async function findRecentActions(db: Db, limit: number): Promise<RecentAction[]> {
  const { rows } = await db.query<Row>(
    `select action_id, at, actor, host, command, reason, arguments from operator_actions
     order by action_id desc limit $1`,
    [limit],
  );
  return rows.map(({ action_id, ...action }) => ({ actionId: action_id, ...action }));
}

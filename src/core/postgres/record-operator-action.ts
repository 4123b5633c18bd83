/** Who changed what with this tool, and why: append-only. */
import type { Db } from './db.js';

export interface OperatorAction {
  readonly actor: string;
  readonly host: string;
  /** Name of the command, such as `seed-stock`. */
  readonly command: string;
  /** As understood, without secrets; JSON. */
  readonly arguments: unknown;
  readonly reason?: string | null;
  /** What came of it; JSON. */
  readonly result?: unknown;
}

/** Call it in the transaction of the change where there is one. */
export async function recordOperatorAction(db: Db, action: OperatorAction): Promise<void> {
  await db.query({
    name: 'record_operator_action',
    text: `insert into operator_actions (actor, host, command, arguments, reason, result)
           values ($1, $2, $3, $4, $5, $6)`,
    values: [
      action.actor,
      action.host,
      action.command,
      JSON.stringify(action.arguments ?? {}),
      action.reason ?? null,
      action.result === undefined ? null : JSON.stringify(action.result),
    ],
  });
}

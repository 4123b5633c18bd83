/** The record of a rehearsal that was held here, by its run. */
import type { Db } from '../db.js';

export interface HeldRehearsal {
  readonly run: string;
  readonly startedAt: Date;
  /** How many products it was given. */
  readonly products: number;
}

/** What `operator_actions` calls it; its arguments name the run. */
export const REHEARSE_COMMAND = 'rehearse';

/** @returns undefined when none of this name was ever begun in this database */
export async function findRehearsal(db: Db, run: string): Promise<HeldRehearsal | undefined> {
  const { rows } = await db.query<{ at: Date; products: number }>({
    text: `select at, (arguments->>'products')::int as products from operator_actions
           where arguments @> $1::jsonb and command = $2 and arguments ? 'products'
           order by action_id limit 1`,
    values: [JSON.stringify({ run }), REHEARSE_COMMAND],
  });
  const [row] = rows;
  return row && { run, startedAt: row.at, products: row.products };
}

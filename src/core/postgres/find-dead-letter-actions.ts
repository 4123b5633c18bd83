/** What became of dead letters. */
import type { Db } from './db.js';
import {
  KEY_COLUMNS,
  keyRows,
  keyValues,
  SAME_KEY,
  toKey,
  type DeadLetterKey,
  type DeadLetterKeyRow,
} from './dead-letter-keys.js';

export interface DeadLetterAction extends DeadLetterKey {
  readonly action: 'replay' | 'drop';
  readonly actor: string;
  readonly begunAt: Date;
  /** Null when it was begun and not finished. */
  readonly doneAt: Date | null;
}

interface Row extends DeadLetterKeyRow {
  readonly action: 'replay' | 'drop';
  readonly actor: string;
  readonly begun_at: Date;
  readonly done_at: Date | null;
}

/** @returns those of the letters with which anything was done */
export async function findDeadLetterActions(
  db: Db,
  keys: readonly DeadLetterKey[],
): Promise<DeadLetterAction[]> {
  if (keys.length === 0) return [];
  const { rows } = await db.query<Row>({
    text: `select ${KEY_COLUMNS}, a.action, a.actor, a.begun_at, a.done_at
           from ${keyRows(1)} join dead_letter_actions a on ${SAME_KEY}`,
    values: keyValues(keys),
  });
  return rows.map((row) => ({
    ...toKey(row),
    action: row.action,
    actor: row.actor,
    begunAt: row.begun_at,
    doneAt: row.done_at,
  }));
}

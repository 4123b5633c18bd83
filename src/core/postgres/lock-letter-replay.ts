/** Takes dead letters whose replay was begun, for the length of a transaction. */
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

/**
 * The lock ends with the connection: a process that dies holds up nobody.
 * @returns those that are this caller's to send: not done meanwhile, not dropped, and not another operator's now
 */
export async function lockLetterReplay(db: Db, keys: readonly DeadLetterKey[]): Promise<DeadLetterKey[]> {
  const { rows } = await db.query<DeadLetterKeyRow>({
    text: `select ${KEY_COLUMNS} from ${keyRows(1)} join dead_letter_actions a on ${SAME_KEY}
           where a.action = 'replay' and a.done_at is null
           order by a.partition, a.letter_offset, a.written_at
           for update of a skip locked`,
    values: keyValues(keys),
  });
  return rows.map(toKey);
}

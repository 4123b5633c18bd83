/** Notes that dead letters need nothing any more. */
import type { Db } from './db.js';
import {
  KEY_COLUMNS,
  keyRows,
  keyValues,
  toKey,
  type DeadLetterKey,
  type DeadLetterKeyRow,
} from './dead-letter-keys.js';

/**
 * They stay in Kafka until its retention takes them. A replay that is under way is waited for.
 * @returns those that are dropped now; the others were replayed or dropped already
 */
export async function dropDeadLetters(
  db: Db,
  keys: readonly DeadLetterKey[],
  actor: string,
): Promise<DeadLetterKey[]> {
  if (keys.length === 0) return [];
  const { rows } = await db.query<DeadLetterKeyRow>({
    text: `insert into dead_letter_actions as a (partition, letter_offset, written_at, action, actor, done_at)
           select k.partition, k.letter_offset, k.written_at, 'drop', $4, now_ms() from ${keyRows(1)}
           order by k.partition, k.letter_offset, k.written_at
           on conflict (partition, letter_offset, written_at) do update
             set action = 'drop', actor = excluded.actor, begun_at = now_ms(), done_at = now_ms()
             where a.done_at is null
           returning ${KEY_COLUMNS}`,
    values: [...keyValues(keys), actor],
  });
  return rows.map(toKey);
}

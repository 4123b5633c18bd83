/** Notes that dead letters are about to be sent again. */
import type { Db } from './db.js';
import { keyRows, keyValues, type DeadLetterKey } from './dead-letter-keys.js';

/**
 * Committed before the send, so that a process that ends in between leaves a trace: the letters are begun, not done,
 * and the next replay takes them up.
 * @param again true: also letters that were replayed or dropped already
 */
export async function beginLetterReplay(
  db: Db,
  keys: readonly DeadLetterKey[],
  options: { readonly actor: string; readonly again: boolean },
): Promise<void> {
  if (keys.length === 0) return;
  await db.query({
    // In one order, so that two operators never wait for each other in a circle.
    text: `insert into dead_letter_actions as a (partition, letter_offset, written_at, action, actor)
           select k.partition, k.letter_offset, k.written_at, 'replay', $4 from ${keyRows(1)}
           order by k.partition, k.letter_offset, k.written_at
           on conflict (partition, letter_offset, written_at) do update
             set action = 'replay', actor = excluded.actor, begun_at = now_ms(), done_at = null
             where a.done_at is null or $5`,
    values: [...keyValues(keys), options.actor, options.again],
  });
}

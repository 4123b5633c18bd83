/** Notes that dead letters were sent again. */
import type { Db } from './db.js';
import { keyRows, keyValues, SAME_KEY, type DeadLetterKey } from './dead-letter-keys.js';

/** After the broker's acknowledgement, in the transaction that locked them. */
export async function finishLetterReplay(db: Db, keys: readonly DeadLetterKey[]): Promise<void> {
  await db.query({
    text: `update dead_letter_actions a set done_at = now_ms() from ${keyRows(1)} where ${SAME_KEY}`,
    values: keyValues(keys),
  });
}

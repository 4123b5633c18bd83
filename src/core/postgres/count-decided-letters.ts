/** With how many of the dead letters that are still stored somebody has done something. */
import type { Db } from './db.js';
import { toSafeInteger } from './to-safe-integer.js';

/** @param stretches of offsets that the topic holds: from `low` to before `high` */
export async function countDecidedLetters(
  db: Db,
  stretches: readonly { readonly partition: number; readonly low: bigint; readonly high: bigint }[],
): Promise<number> {
  const { rows } = await db.query<{ decided: string }>({
    text: `select count(distinct (a.partition, a.letter_offset)) as decided
           from unnest($1::integer[], $2::bigint[], $3::bigint[]) as s(partition, low, high)
           join dead_letter_actions a
             on a.partition = s.partition and a.letter_offset >= s.low and a.letter_offset < s.high
           where a.done_at is not null`,
    values: [
      stretches.map(({ partition }) => partition),
      stretches.map(({ low }) => low.toString()),
      stretches.map(({ high }) => high.toString()),
    ],
  });
  return toSafeInteger(rows[0]?.decided ?? '0');
}

/** How statements name dead letters: three arrays of the same length. */

export interface DeadLetterKey {
  readonly partition: number;
  readonly offset: string;
  readonly writtenAt: Date;
}

/** A row of them, to be joined. @param from number of the first of three parameters */
export function keyRows(from: number): string {
  return `unnest($${from}::integer[], $${from + 1}::bigint[], $${from + 2}::timestamptz[]) as k(partition, letter_offset, written_at)`;
}

export function keyValues(keys: readonly DeadLetterKey[]): [number[], string[], Date[]] {
  return [keys.map((key) => key.partition), keys.map((key) => key.offset), keys.map((key) => key.writtenAt)];
}

export interface DeadLetterKeyRow {
  readonly partition: number;
  readonly letter_offset: string;
  readonly written_at: Date;
}

export const KEY_COLUMNS = 'a.partition, a.letter_offset::text as letter_offset, a.written_at';
export const SAME_KEY =
  '(a.partition, a.letter_offset, a.written_at) = (k.partition, k.letter_offset, k.written_at)';

export function toKey(row: DeadLetterKeyRow): DeadLetterKey {
  return { partition: row.partition, offset: row.letter_offset, writtenAt: row.written_at };
}

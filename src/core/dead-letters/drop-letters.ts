/** Takes dead letters off the list for good. */
import { toAppError, type AppError } from '../errors.js';
import { dropDeadLetters } from '../postgres/drop-dead-letters.js';
import type { Db } from '../postgres/db.js';
import type { LetterReport, LetterResult } from './replay-letters.js';
import { keyText, type FoundLetter } from './scan-letters.js';

const BATCH = 1_000;

/** The orders that they are about stay as they are, and so do the messages, until Kafka's retention takes them. */
export async function dropLetters(
  db: Db,
  letters: readonly FoundLetter[],
  actor: string,
): Promise<LetterReport> {
  const results: LetterResult[] = [];
  let stoppedBy: AppError | null = null;
  for (let start = 0; start < letters.length; start += BATCH) {
    const batch = letters.slice(start, start + BATCH);
    try {
      const dropped = new Set((await dropDeadLetters(db, batch, actor)).map(keyText));
      for (const letter of batch) {
        const outcome = dropped.has(keyText(letter)) ? 'dropped' : 'skipped';
        results.push({ id: letter.id, outcome, reason: null });
      }
    } catch (thrown) {
      const error: AppError = toAppError(thrown);
      if (error.code !== 'UNAVAILABLE') throw thrown;
      stoppedBy ??= error;
      results.push(...batch.map(({ id }) => ({ id, outcome: 'failed' as const, reason: error.message })));
    }
  }
  return { results, stoppedBy };
}

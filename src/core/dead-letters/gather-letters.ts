/** Takes dead letters into memory, and never more than fit. */
import type { OriginalMessage } from './dead-letter.js';
import { MAX_LETTERS } from './limits.js';
import { scanLetters, type FoundLetter, type LetterScan, type LetterSources } from './scan-letters.js';

/** A letter may be a megabyte large. */
const MAX_BYTES = 64 * 1_024 * 1_024;

export interface GatheredLetters {
  readonly letters: readonly FoundLetter[];
  /** True when there are more that match: the same command again, or `--after` the last one, comes to them. */
  readonly more: boolean;
}

/**
 * @param onEach given, it is told every letter that matches, also those beyond the limit
 * @throws as `scanLetters`
 */
export async function gatherLetters(
  sources: LetterSources,
  scan: LetterScan,
  limit = MAX_LETTERS,
  onEach?: (letter: FoundLetter) => void,
): Promise<GatheredLetters> {
  const letters: FoundLetter[] = [];
  let bytes = 0;
  let more = false;
  await scanLetters(sources, scan, (found) => {
    for (const letter of found) {
      onEach?.(letter);
      more ||= letters.length >= limit || bytes >= MAX_BYTES;
      if (more) continue;
      letters.push(letter);
      bytes += sizeOf(letter);
    }
    return more && !onEach ? 'stop' : 'go-on';
  });
  return { letters, more };
}

/** Bytes of the message as it was, about. */
export function sizeOf({ key, value, headers }: OriginalMessage): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const given of Object.values(headers)) {
    for (const one of Buffer.isBuffer(given) ? [given] : given) bytes += one.length;
  }
  return bytes;
}

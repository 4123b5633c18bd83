/** Rates as operators write them: `10/1s`, `30/1m`. */
import { parseDuration } from './duration.js';
import { AppError } from './errors.js';

/** At most `quota` within any `windowSeconds`; all of them may come at once. */
export interface Rate {
  readonly quota: number;
  /** Whole: the RateLimit-Policy header knows no parts of a second. */
  readonly windowSeconds: number;
}

const HINT = 'Write how many in how long, such as 10/1s or 30/1m';
const LONGEST_SECONDS = 86_400;

/** @throws AppError USAGE */
export function parseRate(text: string): Rate {
  const match = /^([1-9]\d{0,6})\/(\S+)$/.exec(text.trim());
  if (!match?.[2]) throw new AppError('USAGE', `"${text}" is not a rate`, { hint: HINT });
  const windowSeconds = parseDuration(match[2]) / 1_000;
  if (!Number.isInteger(windowSeconds) || windowSeconds < 1 || windowSeconds > LONGEST_SECONDS) {
    throw new AppError('USAGE', `"${text}" is not a rate over 1s to 1d`, { hint: HINT });
  }
  return { quota: Number(match[1]), windowSeconds };
}

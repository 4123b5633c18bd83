/** The dead letters that a change is about: named, filtered, or given on standard input. */
import type { Config } from '../../core/config/schema.js';
import { gatherLetters, type GatheredLetters } from '../../core/dead-letters/gather-letters.js';
import { MAX_LETTERS } from '../../core/dead-letters/limits.js';
import { formatLetterId, parseLetterId } from '../../core/dead-letters/letter-id.js';
import { parseLetterLines } from '../../core/dead-letters/letter-json.js';
import { withStates, type LetterScan, type LetterSources } from '../../core/dead-letters/scan-letters.js';
import { createLetterFilter } from '../../core/dead-letters/select-letters.js';
import { AppError } from '../../core/errors.js';
import { createPartialAnswer } from '../../core/partial-answer.js';
import type { CliContext } from '../context.js';
import type { MutationOptions } from '../mutation/options.js';
import { readSource } from '../read-source.js';
import type { Stores } from '../with-stores.js';
import { createLetterSources } from './letter-sources.js';
import { toFilter, type FilterOptions } from './options.js';

export interface ChangeOptions extends FilterOptions, MutationOptions {
  readonly limit?: number;
  /** Letter id. */
  readonly after?: string;
}

/**
 * @param named ids as typed, or `-` alone for standard input; none: all that match
 * @throws AppError USAGE, INPUT_INVALID; NOT_FOUND when one that was named is not there; UNAVAILABLE
 */
export async function findLetters(
  context: CliContext,
  config: Config,
  stores: Stores,
  named: readonly string[],
  options: ChangeOptions,
): Promise<GatheredLetters> {
  const answer = createPartialAnswer();
  const sources = createLetterSources(config, stores, answer);
  const found = named.includes('-')
    ? await readLines(context, sources, named, options)
    : await readTopic(sources, named, options);
  // Without Postgres nobody knows what was done already.
  answer.assertComplete();
  return found;
}

async function readTopic(
  sources: LetterSources,
  named: readonly string[],
  options: ChangeOptions,
): Promise<GatheredLetters> {
  const filter = toFilter(named, options);
  const scan: LetterScan = {
    filter,
    // Of those named by hand, all are told about: also why nothing is done with one.
    handled: named.length > 0,
    now: new Date(),
    ...(options.after !== undefined && { after: parseLetterId(options.after) }),
  };
  const found = await gatherLetters(sources, scan, options.limit);
  const ids = new Set(found.letters.map(({ id }) => id));
  const missing = found.more ? undefined : filter.ids?.map(formatLetterId).find((id) => !ids.has(id));
  if (missing !== undefined)
    throw new AppError('NOT_FOUND', `no dead letter ${missing} matches`, {
      hint: 'ordersctl dlq list --all shows those that there are; nothing was changed',
    });
  return found;
}

async function readLines(
  context: CliContext,
  sources: LetterSources,
  named: readonly string[],
  options: ChangeOptions,
): Promise<GatheredLetters> {
  if (named.length > 1) throw new AppError('USAGE', 'name letters or give them on standard input, not both');
  const { text } = await readSource(context.io, '-');
  const matches = createLetterFilter(toFilter([], options), new Date());
  const letters = await withStates(sources, parseLetterLines(text).filter(matches));
  const limit = options.limit ?? MAX_LETTERS;
  return { letters: letters.slice(0, limit), more: letters.length > limit };
}

/** Reads one page of dead letters, counts all that match, and prints both. */
import { createReasonCounter } from '../../core/dead-letters/count-reasons.js';
import { gatherLetters } from '../../core/dead-letters/gather-letters.js';
import { parseLetterId } from '../../core/dead-letters/letter-id.js';
import { toLetterJson } from '../../core/dead-letters/letter-json.js';
import { scanLetters, type LetterScan, type LetterSources } from '../../core/dead-letters/scan-letters.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { createPartialAnswer } from '../../core/partial-answer.js';
import type { CliContext } from '../context.js';
import { withStores } from '../with-stores.js';
import { createLetterSources } from './letter-sources.js';
import { toFilter, type FilterOptions } from './options.js';
import { renderLetters, renderReasons } from './render-letters.js';

export interface ListOptions extends FilterOptions {
  readonly all?: true;
  readonly limit?: number;
  /** Letter id. */
  readonly after?: string;
  readonly summary?: true;
  readonly ndjson?: true;
}

const DEFAULT_ROWS = 50;

/** @throws AppError USAGE; UNAVAILABLE after printing what is known, when only Postgres was away */
export async function runList(context: CliContext, options: ListOptions): Promise<void> {
  const scan: LetterScan = {
    filter: toFilter([], options),
    handled: options.all === true,
    now: new Date(),
    ...(options.after !== undefined && { after: parseLetterId(options.after) }),
  };
  const config = requireSettings(await context.loadConfig(), ['kafkaBrokers', 'databaseUrl']);
  const answer = createPartialAnswer();
  await withStores(context, config, async (stores) => {
    const sources = createLetterSources(config, stores, answer);
    if (options.ndjson) await printLines(context, sources, scan, options.limit);
    else if (options.summary) await printSummary(context, sources, scan);
    else await printPage(context, sources, scan, options.limit ?? DEFAULT_ROWS);
  });
  answer.assertComplete();
}

/** As they are read: any number of them, in little memory. */
async function printLines(
  { output }: CliContext,
  sources: LetterSources,
  scan: LetterScan,
  limit = Number.MAX_SAFE_INTEGER,
): Promise<void> {
  let printed = 0;
  await scanLetters(sources, scan, (letters) => {
    for (const letter of letters.slice(0, limit - printed)) output.data(toLetterJson(letter));
    printed += letters.length;
    return printed < limit ? 'go-on' : 'stop';
  });
}

async function printSummary({ output }: CliContext, sources: LetterSources, scan: LetterScan): Promise<void> {
  const counter = createReasonCounter();
  await scanLetters(sources, scan, (letters) => {
    for (const letter of letters) counter.add(letter);
    return 'go-on';
  });
  const counts = counter.counts();
  if (output.json) return output.data(counts);
  if (counts.length === 0) return output.note(NONE);
  output.line(renderReasons(output, counts, scan.now));
}

async function printPage(
  { output }: CliContext,
  sources: LetterSources,
  scan: LetterScan,
  limit: number,
): Promise<void> {
  if (output.json) {
    const { letters } = await gatherLetters(sources, scan, limit);
    return output.data(letters.map(toLetterJson));
  }
  const counter = createReasonCounter();
  const { letters, more } = await gatherLetters(sources, scan, limit, (letter) => counter.add(letter));
  if (letters.length === 0) return output.note(NONE);
  output.line(renderReasons(output, counter.counts(), scan.now));
  output.line();
  output.line(renderLetters(output, letters, scan.now));
  const last = letters.at(-1);
  if (more && last) output.note(`${counter.total - letters.length} more: add --after ${last.id}`);
}

const NONE = 'No dead letters match.';

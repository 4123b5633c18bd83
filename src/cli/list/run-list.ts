/** Reads orders and prints them: a page, a stream of lines, how many there are, or all of that again and again. */
import { AppError, EXIT } from '../../core/errors.js';
import { createPartialAnswer, type PartialAnswer } from '../../core/partial-answer.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import type { TriageSources } from '../../core/triage/triage-sources.js';
import type { CliContext } from '../context.js';
import { withStores } from '../with-stores.js';
import { renderRows, toRowJson } from './listed-row.js';
import { toPlan, type ListOptions, type ListPlan } from './options.js';
import { printLines } from './print-lines.js';
import { cursorOf, cursorTextOf, readPage, type Page } from './read-page.js';
import { readSummary, renderSummary } from './summary.js';

/**
 * @throws AppError ORDER_NOT_FOUND for a cursor that names no order; UNAVAILABLE after printing what is known, when a
 *   store was away; PARTLY_FAILED when there are more candidates than one look takes
 */
export async function runList(context: CliContext, options: ListOptions): Promise<void> {
  const config = await context.loadConfig();
  const plan = toPlan(options);
  await withStores(context, config, async (stores) => {
    const db = await stores.postgres();
    await checkSchema(db);
    const sourcesOf = (answer: PartialAnswer): TriageSources => ({ config, answer, ...stores });
    if (options.watch) {
      const { runWatch } = await import('./run-watch.js');
      return runWatch(context, sourcesOf, options, plan);
    }
    const answer = createPartialAnswer();
    const sources = sourcesOf(answer);
    const after = options.after === undefined ? undefined : await cursorOf(db, options.after);
    let matched: number;
    let ended: AppError | null = null;
    if (options.summary) {
      matched = await printSummary(context, sources, plan);
    } else if (options.ndjson) {
      matched = await printLines(context, sources, plan, after);
    } else {
      const page = await readPage(sources, plan, after);
      printPage(context, plan, page);
      matched = page.rows.length;
      ended = endedEarly(page, plan);
    }
    if (options.failIfAny && matched > 0) context.exitWith(EXIT.problem);
    answer.assertComplete();
    // What was found is a problem whatever else there is.
    if (ended && !(options.failIfAny && matched > 0)) throw ended;
  });
}

function printPage(
  { output, flags }: CliContext,
  { sort }: ListPlan,
  { rows, more, endedAfter }: Page,
): void {
  if (output.json) return output.data(rows.map((row) => toRowJson(row, flags)));
  if (rows.length === 0) output.note(endedAfter === null ? 'No orders match.' : 'No orders match so far.');
  else output.line(renderRows(output, rows, Date.now()));
  if (more && endedAfter === null) output.note(`More: add --after ${cursorTextOf(more, sort)}`);
}

async function printSummary({ output }: CliContext, sources: TriageSources, plan: ListPlan): Promise<number> {
  const { counts, matched } = await readSummary(sources, plan);
  if (output.json) output.data({ ...counts, unavailable: sources.answer.unavailable });
  else output.line(renderSummary(output, counts));
  return matched;
}

function endedEarly({ endedAfter, more }: Page, { sort }: ListPlan): AppError | null {
  if (endedAfter === null || !more) return null;
  return new AppError('PARTLY_FAILED', `looked at ${endedAfter} orders, and there are more`, {
    hint: `Go on with --after ${cursorTextOf(more, sort)}, or look at all with --ndjson`,
  });
}

/** Plan, results and record of a change of dead letters: the same for replay and drop. */
import { createReasonCounter } from '../../core/dead-letters/count-reasons.js';
import type { PlannedLetter } from '../../core/dead-letters/plan-letters.js';
import type { LetterOutcome, LetterReport } from '../../core/dead-letters/replay-letters.js';
import { AppError } from '../../core/errors.js';
import type { Db } from '../../core/postgres/db.js';
import type { CliContext } from '../context.js';
import type { Mutation } from '../mutation/begin-mutation.js';
import { askedFor } from '../mutation/options.js';
import type { Output } from '../output/output.js';
import { printable } from '../output/printable.js';
import { renderTable } from '../output/table.js';
import { countBy } from '../replay/render-replay.js';
import type { ChangeOptions } from './find-letters.js';
import { renderReasons } from './render-letters.js';

export const NOTHING: LetterReport = { results: [], stoppedBy: null };

/** Enough to recognise what is going on; --json lists all. */
const SHOWN = 20;

interface Change {
  readonly planned: readonly PlannedLetter[];
  /** True when more letters match than are taken at a time. */
  readonly more: boolean;
  readonly verb: LetterOutcome;
}

/**
 * Shows the plan, carries it out, and shows what came of it.
 * @throws AppError PARTLY_FAILED or UNAVAILABLE after printing the results
 */
export async function showChange(
  { output }: CliContext,
  { planned, more, verb }: Change,
  carryOut: () => Promise<LetterReport>,
): Promise<void> {
  if (!output.json) output.line(renderPlan(output, planned));
  const report = await carryOut();
  const { results } = report;
  if (output.json) output.data({ planned: planned.map(toPlannedJson), results, more });
  else if (results.length > 0) output.line(renderResults(output, report));
  const last = planned.at(-1);
  if (more && last) output.note(`There are more, after ${last.letter.id}: run the same command again.`);
  assertDone(report, verb);
}

/** Beside every other change by an operator. */
export function recordLetterAction(
  mutation: Mutation,
  db: Db,
  named: readonly string[],
  options: ChangeOptions,
  report: LetterReport,
): Promise<void> {
  return mutation.record(db, {
    arguments: { letters: named, ...askedFor(options) },
    result: countBy(report.results, ({ outcome }) => outcome),
  });
}

export function countLetters(count: number): string {
  return `${count} dead ${count === 1 ? 'letter' : 'letters'}`;
}

/** The published shape; fields are only ever added. */
function toPlannedJson({ letter, action, why }: PlannedLetter) {
  const { id, reason, orderId, productId, replays, writtenAt } = letter;
  return { id, reason, orderId, productId, replays, writtenAt, action, why };
}

function renderPlan(output: Output, planned: readonly PlannedLetter[]): string {
  if (planned.length === 0) return 'No dead letters match.';
  const counter = createReasonCounter();
  for (const { letter } of planned) counter.add(letter);
  const letters = renderTable<PlannedLetter>(
    output,
    [
      { title: 'letter', value: ({ letter }) => letter.id },
      { title: 'cause', value: ({ letter }) => printable(letter.reason ?? '') },
      { title: 'action', value: ({ action }) => action },
      { title: 'order', value: ({ letter }) => printable(letter.orderId ?? '') },
      { title: 'why', value: ({ why }) => printable(why ?? '') },
    ],
    planned.slice(0, SHOWN),
  );
  const rest = planned.length > SHOWN ? [`… and ${planned.length - SHOWN} more; --json lists all`] : [];
  return [renderReasons(output, counter.counts(), new Date()), '', letters, ...rest].join('\n');
}

function renderResults(output: Output, { results }: LetterReport): string {
  const counts = Object.entries(countBy(results, ({ outcome }) => outcome));
  const failures = results.filter(({ outcome }) => outcome === 'failed').slice(0, SHOWN);
  return [
    '',
    counts.map(([outcome, count]) => `${count} ${outcome}`).join(', '),
    ...failures.map(
      ({ id, reason }) => `  ${output.colours.bad('failed')} ${id}: ${printable(reason ?? '')}`,
    ),
  ].join('\n');
}

function assertDone({ results, stoppedBy }: LetterReport, verb: LetterOutcome): void {
  if (stoppedBy) throw stoppedBy;
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  if (failed === 0) return;
  throw new AppError('PARTLY_FAILED', `${failed} of ${results.length} dead letters could not be ${verb}`, {
    hint: 'Run the same command again: what was done is left alone',
  });
}

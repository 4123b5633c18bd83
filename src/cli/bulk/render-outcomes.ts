/** What became of many orders, for people: how many of each, and which failed. */
import type { Output } from '../output/output.js';
import type { ResultOf, Results } from './collect-results.js';

/** Enough to recognise what is going on; --json and --ndjson list more. */
const SHOWN = 20;

export function renderOutcomes<R extends ResultOf<string> & { readonly reason: string | null }>(
  output: Output,
  { counts, kept }: Results<R>,
): string[] {
  const told = Object.entries(counts).map(
    ([outcome, count]) => `${count.toLocaleString('en-US')} ${outcome}`,
  );
  const reasons = kept.filter(({ reason }) => reason !== null).slice(0, SHOWN);
  return [
    '',
    told.join(', '),
    ...reasons.map(
      ({ outcome, orderId, reason }) => `  ${output.colours.bad(outcome)} ${orderId}: ${reason ?? ''}`,
    ),
  ];
}

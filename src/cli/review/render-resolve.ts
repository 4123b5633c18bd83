/** Decisions for people: what would be decided, and what came of it. */
import type { Resolution } from '../../core/review/causes.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import type { DecidedReview } from './run-resolve.js';

/** Enough to recognise what is going on; --json lists all. */
const SHOWN = 20;

export function renderPlannedDecisions(
  output: Output,
  planned: readonly DecidedReview[],
  as: Resolution,
): string {
  const table = renderTable(
    output,
    [
      { title: 'order', value: ({ orderId }) => orderId },
      { title: 'cause', value: ({ cause }) => cause ?? '' },
      { title: 'decision', value: ({ outcome }) => (outcome === 'resolved' ? as : outcome) },
    ],
    planned.slice(0, SHOWN),
  );
  return planned.length > SHOWN ? `${table}\n… and ${planned.length - SHOWN} more; --json lists all` : table;
}

export function renderDecisions(output: Output, results: readonly DecidedReview[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of results) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const missed = results.filter(({ outcome }) => outcome !== 'resolved').slice(0, SHOWN);
  return [
    '',
    [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', '),
    ...missed.map(({ orderId, outcome }) => `  ${output.colours.bad(outcome)} ${orderId}`),
  ].join('\n');
}

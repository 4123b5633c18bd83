/** A restore for people: what Redis has lost, and what became of it. */
import type { PlannedRestore } from '../../core/catalog/plan-restore.js';
import type { RestoredProduct } from '../../core/catalog/run-restore.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { countBy } from '../replay/render-replay.js';

/** Enough to recognise what is going on; --json lists all. */
const SHOWN = 20;

export function renderRestorePlan(output: Output, planned: readonly PlannedRestore[]): string {
  if (planned.length === 0) return 'no product has stock yet';
  const todo = planned.filter((product) => product.action === 'rebuild');
  if (todo.length === 0) return `Nothing is lost: Redis holds all ${planned.length} products.`;
  const table = renderTable<PlannedRestore>(
    output,
    [
      { title: 'product', value: (product) => product.productId },
      { title: 'state', value: (product) => product.state },
      { title: 'action', value: (product) => product.action },
    ],
    todo.slice(0, SHOWN),
  );
  return todo.length > SHOWN ? `${table}\n… and ${todo.length - SHOWN} more; --json lists all` : table;
}

export function renderRestored(output: Output, results: readonly RestoredProduct[]): string {
  const counts = Object.entries(countBy(results, (product) => product.outcome));
  const failures = results.filter((product) => product.outcome === 'failed').slice(0, SHOWN);
  return [
    '',
    counts.map(([outcome, count]) => `${count} ${outcome}`).join(', '),
    ...failures.map(
      (product) => `  ${output.colours.bad('failed')} ${product.productId}: ${product.reason ?? ''}`,
    ),
  ].join('\n');
}

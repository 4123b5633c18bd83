/** A repair for people: what would be done and why, and what became of it. */
import type { PlannedRepair, RepairAction } from '../../core/catalog/plan-repair.js';
import type { Repaired } from '../../core/catalog/run-repair.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';

export function renderPlan(output: Output, planned: readonly PlannedRepair[]): string {
  return renderTable<PlannedRepair>(
    output,
    [
      { title: 'product', value: (repair) => repair.productId },
      { title: 'action', value: (repair) => repair.action },
      { title: 'count', value: (repair) => String(repair.count), align: 'right' },
      { title: 'found', value: (repair) => repair.reason },
    ],
    planned,
  );
}

export function renderRepaired(output: Output, results: readonly Repaired[]): string {
  const { colours } = output;
  const lines = results.map(({ productId, action, done, left, failed }) => {
    const counts = `${done} done${left > 0 ? `, ${left} left as they are now` : ''}`;
    return failed === null
      ? `${colours.good('repaired')} ${productId}: ${action}, ${counts}`
      : `${colours.bad('failed')} ${productId}: ${action}, ${counts}: ${failed}`;
  });
  return lines.join('\n');
}

const TEXTS: Readonly<Record<Exclude<RepairAction, 'none'>, (count: number) => string>> = {
  rebuild: (count) => `rebuild ${plural(count, 'product')} in Redis, closed meanwhile`,
  'follow-stock': (count) => `set ${plural(count, 'counter')} after the stock`,
  'release-holds': (count) => `end ${plural(count, 'leaked hold')}`,
  'put-holds-back': (count) => `put ${plural(count, 'hold')} back`,
  'finish-endings': (count) => `finish ${plural(count, 'ending')}`,
  'set-counts': (count) => `set the counts of ${plural(count, 'customer')}`,
  'set-marks': (count) => `mark ${plural(count, 'ended reservation')}`,
};

/** What is asked about, with counts over all products. */
export function repairText(todo: readonly PlannedRepair[]): string {
  const actions = Object.keys(TEXTS) as (keyof typeof TEXTS)[];
  return actions
    .flatMap((action) => {
      const count = todo.filter((one) => one.action === action).reduce((sum, one) => sum + one.count, 0);
      return count > 0 ? [TEXTS[action](count)] : [];
    })
    .join('; ');
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A plan about many orders for people. */
import { formatMoney } from '../../core/money.js';
import type { Output } from '../output/output.js';
import { renderTable, type Column } from '../output/table.js';
import type { PlannedOrders, PlannedSum } from './plan-orders.js';

/** Enough to recognise what is going on; --json lists more. */
const SHOWN = 20;

export function renderPlannedOrders<Action extends string, Item>(
  output: Output,
  planned: PlannedOrders<Action, Item>,
  columns: readonly Column<Item>[],
): string {
  const sums = renderTable<PlannedSum<Action>>(
    output,
    [
      { title: 'action', value: ({ action }) => action },
      { title: 'orders', value: ({ orders }) => orders.toLocaleString('en-US'), align: 'right' },
      { title: 'units', value: ({ units }) => units.toLocaleString('en-US'), align: 'right' },
      { title: 'amount', value: ({ amounts }) => amounts.map(formatMoney).join(' + '), align: 'right' },
    ],
    planned.sums,
  );
  const orders = renderTable(output, columns, planned.items.slice(0, SHOWN));
  const more = planned.total - SHOWN;
  return [
    orders,
    ...(more > 0 ? [`… and ${more.toLocaleString('en-US')} more; --json lists them`] : []),
    '',
    sums,
  ].join('\n');
}

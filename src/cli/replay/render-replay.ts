/** A replay for people: the plan by hop, the orders, and what became of them. */
import { formatDuration } from '../../core/duration.js';
import type { UnavailableStore } from '../../core/partial-answer.js';
import type { PlannedOrder } from '../../core/replay/plan-replay.js';
import type { ReplayedOrder } from '../../core/replay/run-replay.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';

/** Enough to recognise what is going on; --json lists all. */
const SHOWN = 20;

export function renderPlan(
  output: Output,
  planned: readonly PlannedOrder[],
  unavailable: readonly UnavailableStore[],
): string {
  const away = unavailable.map(
    ({ store, reason }) => `${output.colours.bad('unavailable:')} ${store}: ${reason}`,
  );
  if (planned.length === 0) return ['Nothing is stuck.', ...away].join('\n');
  const groups = [...groupByHop(planned)].map(([hop, orders]) => ({
    hop,
    action: orders[0]?.action ?? '',
    count: orders.length,
    oldest: Math.max(...orders.map((order) => order.ageSeconds)),
  }));
  const summary = renderTable(
    output,
    [
      { title: 'hop', value: (group) => group.hop },
      { title: 'action', value: (group) => group.action },
      { title: 'orders', value: (group) => String(group.count), align: 'right' },
      { title: 'oldest', value: (group) => formatDuration(group.oldest * 1_000), align: 'right' },
    ],
    groups,
  );
  const orders = renderTable<PlannedOrder>(
    output,
    [
      { title: 'order', value: (order) => order.orderId },
      { title: 'hop', value: (order) => order.hop },
      { title: 'action', value: (order) => order.action },
      { title: 'age', value: (order) => formatDuration(order.ageSeconds * 1_000), align: 'right' },
    ],
    planned.slice(0, SHOWN),
  );
  const more = planned.length > SHOWN ? [`… and ${planned.length - SHOWN} more; --json lists all`] : [];
  return [summary, '', orders, ...more, ...away].join('\n');
}

export function renderResults(output: Output, results: readonly ReplayedOrder[]): string {
  const counts = Object.entries(countBy(results, (order) => order.outcome));
  const failures = results.filter((order) => order.outcome === 'failed').slice(0, SHOWN);
  return [
    '',
    counts.map(([outcome, count]) => `${count} ${outcome}`).join(', '),
    ...failures.map((order) => `  ${output.colours.bad('failed')} ${order.orderId}: ${order.reason ?? ''}`),
  ].join('\n');
}

export function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

function groupByHop(planned: readonly PlannedOrder[]): Map<string, PlannedOrder[]> {
  const groups = new Map<string, PlannedOrder[]>();
  for (const order of planned) groups.set(order.hop, [...(groups.get(order.hop) ?? []), order]);
  return groups;
}

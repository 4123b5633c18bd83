/** A replay for people: the plan by hop, the orders, and what became of them. */
import { formatDuration } from '../../core/duration.js';
import type { UnavailableStore } from '../../core/partial-answer.js';
import type { HopSummary, ReplayPlan } from '../../core/replay/make-plan.js';
import { MAX_REPLAYS, type PlannedOrder } from '../../core/replay/plan-replay.js';
import type { ReplayedOrder, ReplayOutcome } from '../../core/replay/replay-tools.js';
import type { Output } from '../output/output.js';
import { printable } from '../output/printable.js';
import { renderTable } from '../output/table.js';

/** Enough to recognise what is going on; --json lists all. */
export const SHOWN = 20;

/** How many stand where, and for how long; the orders themselves follow. */
export function renderHops(output: Output, hops: readonly HopSummary[]): string {
  const age = (seconds: number) => formatDuration(seconds * 1_000);
  return renderTable(
    output,
    [
      { title: 'hop', value: (group) => group.hop },
      { title: 'action', value: (group) => group.action },
      { title: 'orders', value: (group) => String(group.count), align: 'right' },
      { title: 'oldest', value: (group) => age(group.oldestSeconds), align: 'right' },
      { title: 'youngest', value: (group) => age(group.youngestSeconds), align: 'right' },
    ],
    hops,
  );
}

/** @param named whether the orders were named, and not searched for */
export function renderPlan(
  output: Output,
  { planned, hops, unknown }: ReplayPlan,
  unavailable: readonly UnavailableStore[],
  named: boolean,
): string {
  const away = unavailable.map(
    ({ store, reason }) => `${output.colours.bad('unavailable:')} ${store}: ${reason}`,
  );
  if (planned.length === 0) {
    const nothing = named ? (unknown.length > 0 ? [] : ['No orders were named.']) : ['Nothing is stuck.'];
    return [...nothing, ...away].join('\n');
  }
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
  const total = hops.reduce((sum, { count }) => sum + count, 0);
  const more = total > SHOWN ? [`… and ${total - SHOWN} more; --json or --ndjson lists them`] : [];
  const wornOut = planned.some(({ action }) => action === 'quarantine')
    ? [
        `Handed over ${MAX_REPLAYS} times in vain: see why with ordersctl inspect ORDER, then ` +
          'ordersctl replay ORDER --even-if-quarantined',
      ]
    : [];
  return [renderHops(output, hops), '', orders, ...more, ...wornOut, ...away].join('\n');
}

/** @param shown some of the orders, with what became of them */
export function renderOutcome(
  output: Output,
  counts: Readonly<Partial<Record<ReplayOutcome, number>>>,
  shown: readonly ReplayedOrder[],
): string {
  const total = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
  const lines = shown.map(({ orderId, outcome, reason }) => {
    const isBad = outcome === 'failed' || outcome === 'unknown';
    const word = isBad ? output.colours.bad(outcome) : outcome;
    return `  ${word} ${printable(orderId)}${reason === null ? '' : `: ${reason}`}`;
  });
  return ['', total.join(', '), ...lines].join('\n');
}

export function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}

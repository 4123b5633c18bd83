/** A cancel for people: the plan, and what became of it. */
import type { CancelOutcome } from '../../core/orders/cancel-order.js';
import type { PlannedCancel } from '../../core/orders/plan-cancel.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { countBy } from '../replay/render-replay.js';

export interface CancelResult {
  readonly orderId: string;
  readonly outcome: CancelOutcome | 'failed';
  readonly refundDue: boolean;
  /** False while its unit is not back in Redis. */
  readonly givenBack: boolean;
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
}

/** Enough to recognise what is going on; --json lists all. */
const SHOWN = 20;

export function renderCancelPlan(output: Output, planned: readonly PlannedCancel[]): string {
  const table = renderTable<PlannedCancel>(
    output,
    [
      { title: 'order', value: (order) => order.orderId },
      { title: 'product', value: (order) => order.productId },
      { title: 'status', value: (order) => `${order.status}${order.paid ? ', paid' : ''}` },
      { title: 'action', value: (order) => order.action },
    ],
    planned.slice(0, SHOWN),
  );
  return planned.length > SHOWN ? `${table}\n… and ${planned.length - SHOWN} more; --json lists all` : table;
}

export function renderCancelled(output: Output, results: readonly CancelResult[]): string {
  const counts = Object.entries(countBy(results, (order) => order.outcome));
  const refunds = results.filter((order) => order.outcome === 'cancelled' && order.refundDue).length;
  const failures = results.filter((order) => order.outcome === 'failed').slice(0, SHOWN);
  return [
    '',
    counts.map(([outcome, count]) => `${count} ${outcome}`).join(', '),
    ...(refunds > 0 ? [`${refunds} due for refund`] : []),
    ...failures.map((order) => `  ${output.colours.bad('failed')} ${order.orderId}: ${order.reason ?? ''}`),
  ].join('\n');
}

/** Sales that are called off, for people: the plan, and what became of it. */
import type { PlannedRefund, RefundAction } from '../../core/orders/plan-refund.js';
import type { OpenRefunds } from '../../core/postgres/count-open-refunds.js';
import type { Results } from '../bulk/collect-results.js';
import type { PlannedOrders } from '../bulk/plan-orders.js';
import { renderOutcomes } from '../bulk/render-outcomes.js';
import { renderPlannedOrders } from '../bulk/render-plan.js';
import type { Output } from '../output/output.js';
import type { RefundResult } from './refund-batch.js';

export function renderRefundPlan(output: Output, plan: PlannedOrders<RefundAction, PlannedRefund>): string {
  return renderPlannedOrders(output, plan, [
    { title: 'order', value: (order) => order.orderId },
    { title: 'product', value: (order) => order.productId },
    { title: 'status', value: statusOf },
    { title: 'action', value: (order) => order.action },
  ]);
}

function statusOf({ status, refund, restockedAt }: PlannedRefund): string {
  const money = refund === null ? '' : refund.status === 'DUE' ? ', refund due' : ', refunded';
  return `${status}${money}${restockedAt === null ? '' : ', restocked'}`;
}

export function renderRefunded(
  output: Output,
  results: Results<RefundResult>,
  open: OpenRefunds | null,
): string {
  return [...renderOutcomes(output, results), ...(open === null ? [] : [renderOpen(open)])].join('\n');
}

export function renderOpen({ due, refused }: OpenRefunds): string {
  if (due === 0) return 'all money is back';
  const left = due - refused;
  return [
    ...(left > 0 ? [`${left.toLocaleString('en-US')} refunds are still due`] : []),
    ...(refused > 0 ? [`${refused.toLocaleString('en-US')} were refused`] : []),
  ].join(', ');
}

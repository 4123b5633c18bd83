/** A cancel for people: the plan, and what became of it. */
import type { CancelAction, PlannedCancel } from '../../core/orders/plan-cancel.js';
import type { Results } from '../bulk/collect-results.js';
import type { PlannedOrders } from '../bulk/plan-orders.js';
import { renderPlannedOrders } from '../bulk/render-plan.js';
import { renderOutcomes } from '../bulk/render-outcomes.js';
import type { Output } from '../output/output.js';
import type { CancelResult } from './cancel-batch.js';

export function renderCancelPlan(output: Output, plan: PlannedOrders<CancelAction, PlannedCancel>): string {
  return renderPlannedOrders(output, plan, [
    { title: 'order', value: (order) => order.orderId },
    { title: 'product', value: (order) => order.productId },
    { title: 'status', value: (order) => `${order.status}${order.paid ? ', paid' : ''}` },
    { title: 'action', value: (order) => order.action },
  ]);
}

export function renderCancelled(output: Output, results: Results<CancelResult>): string {
  const refunds = results.kept.filter((order) => order.outcome === 'cancelled' && order.refundDue).length;
  return [
    ...renderOutcomes(output, results),
    ...(refunds > 0 ? [`${refunds.toLocaleString('en-US')} due for refund`] : []),
  ].join('\n');
}

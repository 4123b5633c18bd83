/** What is special about cancelling among the changes of many orders. */
import { LIVE_STATUSES } from '../../core/order.js';
import { planCancel, type CancelAction, type PlannedCancel } from '../../core/orders/plan-cancel.js';
import { createPartialAnswer } from '../../core/partial-answer.js';
import { countPlanned, type PlannedOrders } from '../bulk/plan-orders.js';
import { runBulkCommand, type BulkOptions, type BulkStand, type BulkWork } from '../bulk/run-bulk-command.js';
import type { CliContext } from '../context.js';
import { assertCancelled } from './assert-cancelled.js';
import { createCancelBatch, type CancelResult } from './cancel-batch.js';
import { renderCancelled, renderCancelPlan } from './render-cancel.js';

export type CancelOptions = BulkOptions & { readonly evenIfPaid?: true | undefined };

/** @throws AppError as `runBulkCommand`, and WRONG_STATE, PARTLY_FAILED or UNAVAILABLE after printing the results */
export async function runCancelCommand(
  context: CliContext,
  orderIds: readonly string[],
  options: CancelOptions,
): Promise<void> {
  const evenIfPaid = options.evenIfPaid === true;
  await runBulkCommand<CancelAction, PlannedCancel, CancelResult>(context, orderIds, options, {
    name: 'cancel',
    meant: { statuses: LIVE_STATUSES },
    none: 'No orders match.',
    plan: (order) => planCancel(order, evenIfPaid),
    todo: ['cancel', 'refund'],
    renderPlan: renderCancelPlan,
    question: questionOf,
    wentWell: ({ outcome, givenBack }) => (outcome === 'cancelled' || outcome === 'already') && givenBack,
    changes: ['cancelled'],
    asGiven: { evenIfPaid },
    open: (stand) => openWork(stand, evenIfPaid),
  });
}

async function openWork({ stores, config }: BulkStand, evenIfPaid: boolean): Promise<BulkWork<CancelResult>> {
  const answer = createPartialAnswer();
  return {
    handle: await createCancelBatch(stores, config, answer, evenIfPaid),
    render: renderCancelled,
    asJson: () => ({ unavailable: answer.unavailable }),
    get notes() {
      return answer.unavailable.length > 0
        ? ['Temporal does not answer: the workflows find out by themselves']
        : [];
    },
    assertDone: assertCancelled,
  };
}

function questionOf(plan: PlannedOrders<CancelAction, PlannedCancel>): string {
  const todo = countPlanned(plan, 'cancel', 'refund');
  const refunds = countPlanned(plan, 'refund');
  const money = refunds > 0 ? `, and have the money of ${refunds.toLocaleString('en-US')} refunded` : '';
  return `cancel ${todo.toLocaleString('en-US')} ${todo === 1 ? 'order' : 'orders'} for good${money}`;
}

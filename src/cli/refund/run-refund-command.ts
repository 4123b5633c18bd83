/** What is special about calling sales off among the changes of many orders: units go back too, and money is followed. */
import { planRefund, type PlannedRefund, type RefundAction } from '../../core/orders/plan-refund.js';
import type { OpenRefunds } from '../../core/postgres/count-open-refunds.js';
import { countPlanned, type PlannedOrders } from '../bulk/plan-orders.js';
import { runBulkCommand, type BulkOptions, type BulkStand, type BulkWork } from '../bulk/run-bulk-command.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import { interruptible } from '../interrupt.js';
import type { Stores } from '../with-stores.js';
import { assertRefunded } from './assert-refunded.js';
import { createRefundBatch, type RefundResult } from './refund-batch.js';
import { renderOpen, renderRefunded, renderRefundPlan } from './render-refund.js';
import { waitForRefunds } from './wait-for-refunds.js';

export type RefundOptions = BulkOptions & {
  readonly restock?: true | undefined;
  readonly wait?: true | undefined;
  /** Milliseconds, of --wait. */
  readonly timeout: number;
};

/** @throws AppError as `runBulkCommand`, and WRONG_STATE, PARTLY_FAILED or UNAVAILABLE after printing the results */
export async function runRefundCommand(
  context: CliContext,
  orderIds: readonly string[],
  options: RefundOptions,
): Promise<void> {
  const restock = options.restock === true;
  await runBulkCommand<RefundAction, PlannedRefund, RefundResult>(context, orderIds, options, {
    name: 'refund',
    meant: { statuses: ['CONFIRMED'], refundable: restock ? 'units' : 'money' },
    none: 'No sales match.',
    plan: (order) => planRefund(order, restock),
    todo: ['refund', 'restock'],
    renderPlan: renderRefundPlan,
    question: (plan) => questionOf(plan, restock),
    wentWell: ({ outcome, restocked, offered }) =>
      outcome !== 'failed' && outcome !== 'not-confirmed' && (!restocked || offered),
    changes: ['requested', 'restocked'],
    asGiven: { restock },
    open: (stand) => openWork(context, stand, options),
  });
}

async function openWork(
  context: CliContext,
  { stores, config, mutation }: BulkStand,
  { restock, wait, timeout }: RefundOptions,
): Promise<BulkWork<RefundResult>> {
  const refundBatch = await createRefundBatch(stores, config, mutation, restock === true);
  const due: string[] = [];
  let followed: OpenRefunds | null = null;
  return {
    async handle(batch) {
      const handled = await refundBatch(batch);
      if (wait) due.push(...handled.flatMap((one) => (one.refundDue ? [one.orderId] : [])));
      return handled;
    },
    async follow() {
      if (wait) followed = await followMoney(context, stores, due, timeout);
    },
    render: (output, results) => renderRefunded(output, results, followed),
    asJson: () => ({ refunds: followed }),
    notes: [],
    assertDone: ({ report, selected, results }) => assertRefunded(report, selected, results, followed),
  };
}

function questionOf(plan: PlannedOrders<RefundAction, PlannedRefund>, restock: boolean): string {
  const [money, units] = [countPlanned(plan, 'refund'), countPlanned(plan, 'restock')];
  const orders = (count: number) => `${count.toLocaleString('en-US')} ${count === 1 ? 'order' : 'orders'}`;
  const parts = [
    ...(money > 0 ? [`refund ${orders(money)}${restock ? ' and offer their units again' : ''}`] : []),
    ...(units > 0 ? [`offer the units of ${orders(units)} again`] : []),
  ];
  return parts.join(', and ');
}

/** Ctrl-C ends the waiting; what was decided stays so. */
async function followMoney(
  context: CliContext,
  stores: Stores,
  orderIds: readonly string[],
  timeoutMs: number,
): Promise<OpenRefunds> {
  const pool = await stores.postgres();
  const voice = createVoice(context);
  const { value } = await interruptible(
    context,
    (stop) =>
      waitForRefunds(pool, orderIds, {
        timeoutMs,
        stop,
        onProgress: (open) => {
          if (open.due > open.refused) voice.status(`waiting for the worker: ${renderOpen(open)}`);
        },
      }),
    (text) => voice.line(text),
  );
  voice.end();
  return value;
}

/** Plans a cancel, asks where it must, carries it out and reports order by order. */
import { requireSettings } from '../../core/config/require-settings.js';
import { AppError } from '../../core/errors.js';
import { LIVE_STATUSES } from '../../core/order.js';
import { orderPages } from '../../core/orders/order-pages.js';
import { planCancel, type CancelAction, type PlannedCancel } from '../../core/orders/plan-cancel.js';
import { createPartialAnswer } from '../../core/partial-answer.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import { collectResults, type Results } from '../bulk/collect-results.js';
import type { PaceOptions, SelectionOptions } from '../bulk/options.js';
import { countPlanned, planOrders, type PlannedOrders } from '../bulk/plan-orders.js';
import { readSelection, type Selected } from '../bulk/read-selection.js';
import { runBulkChange, type BulkReport } from '../bulk/run-bulk-change.js';
import type { CliContext } from '../context.js';
import { reportStop } from '../interrupt.js';
import { beginMutation } from '../mutation/begin-mutation.js';
import type { MutationOptions } from '../mutation/options.js';
import { withStores } from '../with-stores.js';
import { createCancelBatch, type CancelResult } from './cancel-batch.js';
import { renderCancelled, renderCancelPlan } from './render-cancel.js';

export interface CancelOptions extends SelectionOptions, PaceOptions, MutationOptions {
  readonly evenIfPaid?: true | undefined;
}

type Plan = PlannedOrders<CancelAction, PlannedCancel>;

const NOTHING: BulkReport = { stoppedBy: null, interruptedBy: null };

/**
 * @throws AppError ORDER_NOT_FOUND; USAGE without ids and filter; REFUSED unless the operator agrees; WRONG_STATE,
 *   PARTLY_FAILED or UNAVAILABLE after printing the results
 */
export async function runCancelCommand(
  context: CliContext,
  orderIds: readonly string[],
  options: CancelOptions,
): Promise<void> {
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  const mutation = beginMutation(context, config, 'cancel', options);
  const { output } = context;
  const evenIfPaid = options.evenIfPaid === true;
  await withStores(context, config, async (stores) => {
    const pool = await stores.postgres();
    await checkSchema(pool);
    const selected = await readSelection(context.io, pool, orderIds, options, { statuses: LIVE_STATUSES });
    const plan = await planOrders<CancelAction, PlannedCancel>(
      orderPages(pool, selected.selection),
      (order) => planCancel(order, evenIfPaid),
    );
    showPlan(context, plan, options);
    const answer = createPartialAnswer();
    const results = collectResults<CancelResult>(options.ndjson && output, isCancelled);
    const report = mutation.dryRun
      ? NOTHING
      : await runBulkChange(
          context,
          pool,
          mutation,
          {
            selected,
            planned: plan.total,
            question: questionOf(plan),
            // Of orders that were named, those to be refused are tried too: the row decides, not the plan.
            wanted: (order) => selected.named || isActionable(planCancel(order, evenIfPaid)),
            handle: await createCancelBatch(stores, config, answer, evenIfPaid),
            results,
            changed: () => (results.counts['cancelled'] ?? 0) > 0,
            asGiven: { ...selected.asGiven, evenIfPaid },
          },
          options,
        );
    const { unavailable } = answer;
    if (options.ndjson) output.note(renderCancelled(output, results));
    else if (output.json)
      output.data({
        plan: plan.sums,
        planned: plan.items,
        results: results.kept,
        counts: results.counts,
        unavailable,
      });
    else if (results.total > 0) output.line(renderCancelled(output, results));
    if (mutation.dryRun) output.note('dry run: nothing was changed');
    if (unavailable.length > 0) output.note('Temporal does not answer: the workflows find out by themselves');
    const stopped = { done: results.total, total: countAttempted(plan, selected), what: 'orders' };
    if (reportStop(context, report.interruptedBy, stopped)) return;
    assertDone(report, selected, plan, results);
  });
}

function showPlan({ output }: CliContext, plan: Plan, { ndjson }: CancelOptions): void {
  if (output.json && !ndjson) return;
  if (plan.total === 0) return output.note('No orders match.');
  const text = renderCancelPlan(output, plan);
  if (ndjson) output.note(text);
  else output.line(text);
}

function questionOf(plan: Plan): string | null {
  const todo = countPlanned(plan, 'cancel', 'refund');
  if (todo === 0) return null;
  const refunds = countPlanned(plan, 'refund');
  const money = refunds > 0 ? `, and have the money of ${refunds.toLocaleString('en-US')} refunded` : '';
  return `cancel ${todo.toLocaleString('en-US')} ${todo === 1 ? 'order' : 'orders'} for good${money}`;
}

function countAttempted(plan: Plan, { named }: Selected): number {
  return named ? plan.total : countPlanned(plan, 'cancel', 'refund');
}

const isActionable = ({ action }: PlannedCancel): boolean => action === 'cancel' || action === 'refund';
const isCancelled = ({ outcome, givenBack }: CancelResult): boolean =>
  (outcome === 'cancelled' || outcome === 'already') && givenBack;

function assertDone(
  { stoppedBy }: BulkReport,
  { named }: Selected,
  plan: Plan,
  results: Results<CancelResult>,
): void {
  if (stoppedBy) throw stoppedBy;
  const { counts } = results;
  // Of a filter, orders that moved on meanwhile are left alone; one that was named is missed.
  const missed = (counts['failed'] ?? 0) + (named ? (counts['paid'] ?? 0) + (counts['ended'] ?? 0) : 0);
  const [only] = results.kept;
  if (missed > 0 && results.total === 1 && only && only.outcome !== 'failed') {
    const paid = only.outcome === 'paid';
    throw new AppError(
      'WRONG_STATE',
      `order ${only.orderId} ${paid ? 'is paid' : 'has ended'}, and stays so`,
      {
        hint: paid
          ? 'With --even-if-paid it is cancelled and its money becomes due for refund'
          : `ordersctl inspect ${only.orderId} shows how it ended`,
      },
    );
  }
  if (missed > 0) {
    throw new AppError('PARTLY_FAILED', `${missed} of ${plan.total} orders were not cancelled`, {
      hint: 'Run the same command again: what is cancelled stays so',
    });
  }
  const open = results.kept.filter(({ outcome, givenBack }) => outcome !== 'failed' && !givenBack).length;
  if (open === 0) return;
  throw new AppError('UNAVAILABLE', `${open} cancelled orders still hold their units in Redis`, {
    hint: "The worker's sweep gives them back, or the same command again",
  });
}

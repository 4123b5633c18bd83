/** Plans which sales are called off, asks, carries it out, reports, and follows the money if told to. */
import { requireSettings } from '../../core/config/require-settings.js';
import { orderPages } from '../../core/orders/order-pages.js';
import { planRefund, type PlannedRefund, type RefundAction } from '../../core/orders/plan-refund.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import type { OpenRefunds } from '../../core/postgres/count-open-refunds.js';
import type { Pool } from '../../core/postgres/create-pool.js';
import { collectResults } from '../bulk/collect-results.js';
import type { PaceOptions, SelectionOptions } from '../bulk/options.js';
import { countPlanned, planOrders, type PlannedOrders } from '../bulk/plan-orders.js';
import { readSelection } from '../bulk/read-selection.js';
import { runBulkChange, type BulkReport } from '../bulk/run-bulk-change.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import { interruptible, reportStop } from '../interrupt.js';
import { beginMutation } from '../mutation/begin-mutation.js';
import type { MutationOptions } from '../mutation/options.js';
import { withStores } from '../with-stores.js';
import { assertRefunded } from './assert-refunded.js';
import { createRefundBatch, type RefundResult } from './refund-batch.js';
import { renderOpen, renderRefunded, renderRefundPlan } from './render-refund.js';
import { waitForRefunds } from './wait-for-refunds.js';

export interface RefundOptions extends SelectionOptions, PaceOptions, MutationOptions {
  readonly restock?: true | undefined;
  readonly wait?: true | undefined;
  /** Milliseconds, of --wait. */
  readonly timeout: number;
}

type Plan = PlannedOrders<RefundAction, PlannedRefund>;

const NOTHING: BulkReport = { stoppedBy: null, interruptedBy: null };

/**
 * @throws AppError ORDER_NOT_FOUND; USAGE without ids and filter; REFUSED unless the operator agrees; WRONG_STATE,
 *   PARTLY_FAILED or UNAVAILABLE after printing the results
 */
export async function runRefundCommand(
  context: CliContext,
  orderIds: readonly string[],
  options: RefundOptions,
): Promise<void> {
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  const mutation = beginMutation(context, config, 'refund', options);
  const { output } = context;
  const restock = options.restock === true;
  await withStores(context, config, async (stores) => {
    const pool = await stores.postgres();
    await checkSchema(pool);
    const selected = await readSelection(context.io, pool, orderIds, options, {
      statuses: ['CONFIRMED'],
      refundable: restock ? 'units' : 'money',
    });
    const plan = await planOrders<RefundAction, PlannedRefund>(
      orderPages(pool, selected.selection),
      (order) => planRefund(order, restock),
    );
    showPlan(context, plan, options);
    const results = collectResults<RefundResult>(options.ndjson && output, wentWell);
    const due: string[] = [];
    const refundBatch = await createRefundBatch(stores, config, mutation, restock);
    const report = mutation.dryRun
      ? NOTHING
      : await runBulkChange(
          context,
          pool,
          mutation,
          {
            selected,
            planned: plan.total,
            question: questionOf(plan, restock),
            wanted: (order) => selected.named || planRefund(order, restock).action !== 'skip',
            handle: async (orders) => {
              const handled = await refundBatch(orders);
              if (options.wait) due.push(...handled.flatMap((one) => (one.refundDue ? [one.orderId] : [])));
              return handled;
            },
            results,
            changed: () => (results.counts['requested'] ?? 0) + (results.counts['restocked'] ?? 0) > 0,
            asGiven: { ...selected.asGiven, restock },
          },
          options,
        );
    const stopped = { done: results.total, total: plan.total, what: 'orders' };
    const isStopped = report.interruptedBy !== null && results.total < plan.total;
    const followed =
      options.wait && !mutation.dryRun && !isStopped
        ? await follow(context, pool, due, options.timeout)
        : null;
    if (options.ndjson) output.note(renderRefunded(output, results, followed));
    else if (output.json) {
      const { kept, counts } = results;
      output.data({ plan: plan.sums, planned: plan.items, results: kept, counts, refunds: followed });
    } else if (results.total > 0) output.line(renderRefunded(output, results, followed));
    if (mutation.dryRun) output.note('dry run: nothing was changed');
    if (reportStop(context, report.interruptedBy, stopped)) return;
    assertRefunded(report, selected, results, followed);
  });
}

function showPlan({ output }: CliContext, plan: Plan, { ndjson }: RefundOptions): void {
  if (output.json && !ndjson) return;
  if (plan.total === 0) return output.note('No sales match.');
  const text = renderRefundPlan(output, plan);
  if (ndjson) output.note(text);
  else output.line(text);
}

function questionOf(plan: Plan, restock: boolean): string | null {
  const [money, units] = [countPlanned(plan, 'refund'), countPlanned(plan, 'restock')];
  const orders = (count: number) => `${count.toLocaleString('en-US')} ${count === 1 ? 'order' : 'orders'}`;
  const parts = [
    ...(money > 0 ? [`refund ${orders(money)}${restock ? ' and offer their units again' : ''}`] : []),
    ...(units > 0 ? [`offer the units of ${orders(units)} again`] : []),
  ];
  return parts.length === 0 ? null : parts.join(', and ');
}

/** Ctrl-C ends the waiting; what was decided stays so. */
async function follow(
  context: CliContext,
  pool: Pool,
  orderIds: readonly string[],
  timeoutMs: number,
): Promise<OpenRefunds> {
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

const wentWell = ({ outcome, restocked, offered }: RefundResult): boolean =>
  outcome !== 'failed' && outcome !== 'not-confirmed' && (!restocked || offered);

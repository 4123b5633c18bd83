/** A change of many orders as a command: chosen, planned, shown, asked about, carried out, told; then its own last word. */
import { requireSettings } from '../../core/config/require-settings.js';
import type { Config } from '../../core/config/schema.js';
import type { Order, OrderStatus } from '../../core/order.js';
import { orderPages } from '../../core/orders/order-pages.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import type { OrderFilter } from '../../core/postgres/list-orders.js';
import type { CliContext } from '../context.js';
import { reportStop } from '../interrupt.js';
import { beginMutation, type Mutation } from '../mutation/begin-mutation.js';
import type { MutationOptions } from '../mutation/options.js';
import type { Output } from '../output/output.js';
import { withStores, type Stores } from '../with-stores.js';
import { collectResults, type ResultOf, type Results } from './collect-results.js';
import type { PaceOptions, SelectionOptions } from './options.js';
import { countPlanned, planOrders, type PlannedOrders } from './plan-orders.js';
import { readSelection, type Selected } from './read-selection.js';
import { runBulkChange, type BulkReport } from './run-bulk-change.js';

export type BulkOptions = SelectionOptions & PaceOptions & MutationOptions;

export interface BulkStand {
  readonly stores: Stores;
  readonly config: Config;
  readonly mutation: Mutation;
}

/** What came of it, for the last word. */
export interface BulkEnd<R> {
  readonly report: BulkReport;
  readonly selected: Selected;
  readonly planned: number;
  readonly results: Results<R>;
}

/** The handling of batches, and what is told afterwards. */
export interface BulkWork<R> {
  handle(batch: readonly Order[]): Promise<readonly R[]>;
  /** After the last batch, unless nothing was to be carried out or a signal stopped it. */
  follow?(): Promise<void>;
  /** For people. */
  render(output: Output, results: Results<R>): string;
  /** Added to the JSON document. */
  asJson(): Readonly<Record<string, unknown>>;
  /** Remarks on stderr. */
  readonly notes: readonly string[];
  /** @throws AppError of what is left */
  assertDone(end: BulkEnd<R>): void;
}

export interface BulkCommand<
  Action extends string,
  Item extends { readonly action: Action },
  R extends ResultOf<string>,
> {
  /** As recorded. */
  readonly name: string;
  readonly meant: {
    readonly statuses: readonly OrderStatus[];
    readonly refundable?: OrderFilter['refundable'];
  };
  /** Said when nothing matches. */
  readonly none: string;
  readonly plan: (order: Order) => Item;
  /** Of the plan, those that change something. */
  readonly todo: readonly Action[];
  readonly renderPlan: (output: Output, plan: PlannedOrders<Action, Item>) => string;
  /** What is asked; called only when something is to be done. */
  readonly question: (plan: PlannedOrders<Action, Item>) => string;
  readonly wentWell: (result: R) => boolean;
  /** The outcomes that are on record. */
  readonly changes: readonly string[];
  /** Beside the selection, for the record. */
  readonly asGiven: Readonly<Record<string, unknown>>;
  readonly open: (stand: BulkStand) => Promise<BulkWork<R>>;
}

const NOTHING: BulkReport = { stoppedBy: null, interruptedBy: null };

/**
 * @throws AppError ORDER_NOT_FOUND; USAGE without ids and filter; REFUSED unless the operator agrees; what `assertDone`
 *   throws after printing the results
 */
export async function runBulkCommand<
  Action extends string,
  Item extends { readonly action: Action },
  R extends ResultOf<string>,
>(
  context: CliContext,
  orderIds: readonly string[],
  options: BulkOptions,
  command: BulkCommand<Action, Item, R>,
): Promise<void> {
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  const mutation = beginMutation(context, config, command.name, options);
  const { output } = context;
  await withStores(context, config, async (stores) => {
    const pool = await stores.postgres();
    await checkSchema(pool);
    const selected = await readSelection(context.io, pool, orderIds, options, command.meant);
    const { named } = selected;
    const plan = await planOrders<Action, Item>(orderPages(pool, selected.selection), command.plan);
    showPlan(output, plan, command, options);
    const work = await command.open({ stores, config, mutation });
    const results = collectResults<R>(options.ndjson && output, command.wentWell);
    const isTodo = (order: Order) => command.todo.includes(command.plan(order).action);
    const change = {
      selected,
      planned: plan.total,
      question: countPlanned(plan, ...command.todo) > 0 ? command.question(plan) : null,
      // Of orders that were named, those to be refused are tried too: the row decides, not the plan.
      wanted: (order: Order) => named || isTodo(order),
      handle: (batch: readonly Order[]) => work.handle(batch),
      results,
      changed: () => command.changes.some((outcome) => (results.counts[outcome] ?? 0) > 0),
      asGiven: { ...selected.asGiven, ...command.asGiven },
    };
    const report = mutation.dryRun ? NOTHING : await runBulkChange(context, pool, mutation, change, options);
    const total = named ? plan.total : countPlanned(plan, ...command.todo);
    const isStopped = report.interruptedBy !== null && results.total < total;
    if (!mutation.dryRun && !isStopped) await work.follow?.();
    if (options.ndjson) output.note(work.render(output, results));
    else if (output.json) {
      const { kept, counts } = results;
      output.data({ plan: plan.sums, planned: plan.items, results: kept, counts, ...work.asJson() });
    } else if (results.total > 0) output.line(work.render(output, results));
    if (mutation.dryRun) output.note('dry run: nothing was changed');
    for (const note of work.notes) output.note(note);
    if (reportStop(context, report.interruptedBy, { done: results.total, total, what: 'orders' })) return;
    work.assertDone({ report, selected, planned: plan.total, results });
  });
}

function showPlan<Action extends string, Item>(
  output: Output,
  plan: PlannedOrders<Action, Item>,
  command: { readonly none: string; renderPlan(output: Output, plan: PlannedOrders<Action, Item>): string },
  { ndjson }: BulkOptions,
): void {
  if (output.json && !ndjson) return;
  if (plan.total === 0) return output.note(command.none);
  const text = command.renderPlan(output, plan);
  if (ndjson) output.note(text);
  else output.line(text);
}

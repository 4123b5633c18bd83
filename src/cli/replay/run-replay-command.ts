/** Plans a replay, asks, carries it out and reports order by order. */
import { requireSettings } from '../../core/config/require-settings.js';
import type { Config } from '../../core/config/schema.js';
import { AppError } from '../../core/errors.js';
import { createPartialAnswer, type PartialAnswer } from '../../core/partial-answer.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import { createOrderLook } from '../../core/replay/look-at-orders.js';
import { makePlan, type ReplayPlan } from '../../core/replay/make-plan.js';
import type { PlannedOrder, ReplayHop } from '../../core/replay/plan-replay.js';
import type { ReplayedOrder } from '../../core/replay/replay-tools.js';
import type { CliContext } from '../context.js';
import { createVoice } from '../create-voice.js';
import { reportStop } from '../interrupt.js';
import { beginMutation } from '../mutation/begin-mutation.js';
import type { MutationOptions } from '../mutation/options.js';
import { createProgress } from '../progress.js';
import { readOrderIds, type NamedOrders } from '../read-order-ids.js';
import { withStores, type Stores } from '../with-stores.js';
import { carryOut, type CarriedOut } from './carry-out.js';
import { collectResults, type Results } from './collect-results.js';
import { renderHops, renderOutcome, renderPlan } from './render-replay.js';

export interface ReplayOptions extends MutationOptions {
  readonly hop?: readonly ReplayHop[];
  /** Milliseconds. */
  readonly olderThan: number;
  readonly product?: readonly string[];
  readonly limit: number;
  /** Orders a second. */
  readonly rate?: number;
  /** Calls to Temporal in flight. */
  readonly concurrency?: number;
  readonly evenIfQuarantined?: true;
  readonly ndjson?: true;
}

/**
 * @param args ids, or `-` for standard input; empty: all that are stuck
 * @throws AppError USAGE; INPUT_INVALID; REFUSED; after printing the results ORDER_NOT_FOUND, PARTLY_FAILED or
 *   UNAVAILABLE
 */
export async function runReplayCommand(
  context: CliContext,
  args: readonly string[],
  options: ReplayOptions,
): Promise<void> {
  const config = requireSettings(await context.loadConfig(), [
    'databaseUrl',
    'redisUrl',
    'kafkaBrokers',
    'temporalAddress',
  ]);
  const mutation = beginMutation(context, config, 'replay', options);
  const named = await readOrderIds(context.io, args);
  assertConsistent(named, options);
  await withStores(context, config, async (stores) => {
    await checkSchema(await stores.postgres());
    const answer = createPartialAnswer();
    const plan = await planFor(context, stores, config, answer, named, options);
    showPlan(context, plan, answer, named, options);
    const results = collectResults(context, { ndjson: options.ndjson === true, named: named !== null });
    if (!mutation.dryRun) results.add(leftAlone(plan, named !== null));
    const carried = mutation.dryRun
      ? null
      : await carryOut(context, stores, config, { mutation, plan, results, named, options });
    show(context, plan, answer, results, carried, options);
    if (carried?.recordFailure) throw carried.recordFailure;
    if (carried && reportStop(context, carried.interruptedBy, carried.reach)) return;
    answer.assertComplete();
    assertDone(plan, results, carried);
  });
}

function assertConsistent(named: NamedOrders | null, options: ReplayOptions): void {
  if (options.evenIfQuarantined && (named === null || named.fromInput)) {
    throw new AppError('USAGE', '--even-if-quarantined is for orders named by hand', {
      hint: 'Give their ids as arguments',
    });
  }
  if (named !== null && options.product) {
    throw new AppError('USAGE', 'either --product or orders by name, not both');
  }
}

async function planFor(
  context: CliContext,
  stores: Stores,
  config: Config,
  answer: PartialAnswer,
  named: NamedOrders | null,
  options: ReplayOptions,
): Promise<ReplayPlan> {
  const { concurrency } = options;
  const { log, temporal } = stores;
  const look = createOrderLook({ config, log, temporal, answer, ...(concurrency && { concurrency }) });
  const progress = createProgress(createVoice(context), { doing: 'looking at', what: 'orders' });
  try {
    return await makePlan(await stores.postgres(), look, {
      orderIds: named?.ids,
      olderThanMs: options.olderThan,
      productIds: options.product,
      hops: options.hop,
      limit: options.limit,
      evenIfQuarantined: options.evenIfQuarantined === true,
      onProgress: (looked) => progress.at(looked),
    });
  } finally {
    progress.end();
    await look.close();
  }
}

function showPlan(
  { output }: CliContext,
  plan: ReplayPlan,
  answer: PartialAnswer,
  named: NamedOrders | null,
  options: ReplayOptions,
): void {
  if (options.ndjson) {
    if (plan.hops.length > 0) output.note(renderHops(output, plan.hops));
    if (options.dryRun) for (const order of plan.planned) output.data(rowOf(order));
  } else if (!output.json) {
    const text = renderPlan(output, plan, answer.unavailable, named !== null);
    if (text !== '') output.line(text);
  }
  if (!plan.complete) output.note('The limit is reached: there may be more. Run it again, or raise --limit.');
  if (options.dryRun) output.note('dry run: nothing was changed');
}

function rowOf({ orderId, hop, action, ageSeconds, reason, replayCount }: PlannedOrder) {
  return { orderId, hop, action, ageSeconds, reason, replayCount };
}

/** Who named an order hears what became of it, whatever that is. */
function leftAlone({ planned, unknown }: ReplayPlan, named: boolean): ReplayedOrder[] {
  const left = planned.flatMap(({ orderId, action, reason }): ReplayedOrder[] => {
    if (action === 'quarantine') return [{ orderId, outcome: 'quarantined', reason }];
    return named && reason !== null ? [{ orderId, outcome: 'skipped', reason }] : [];
  });
  return [
    ...left,
    ...unknown.map((orderId) => ({ orderId, outcome: 'unknown' as const, reason: 'no such order' })),
  ];
}

function show(
  { output }: CliContext,
  plan: ReplayPlan,
  answer: PartialAnswer,
  { counts, kept }: Results,
  carried: CarriedOut | null,
  options: ReplayOptions,
): void {
  if (options.ndjson) {
    const total = Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`);
    if (total.length > 0) output.note(total.join(', '));
    return;
  }
  if (!output.json) {
    if (Object.keys(counts).length > 0) output.line(renderOutcome(output, counts, kept));
    return;
  }
  output.data({
    planned: plan.planned.map(rowOf),
    hops: plan.hops,
    complete: plan.complete,
    results: kept,
    counts,
    interrupted: carried !== null && carried.reach.done < carried.reach.total,
    unavailable: answer.unavailable,
  });
}

function assertDone({ unknown }: ReplayPlan, { counts }: Results, carried: CarriedOut | null): void {
  if (carried?.stoppedBy) throw carried.stoppedBy;
  const { failed = 0 } = counts;
  if (carried && failed > 0) {
    throw new AppError(
      'PARTLY_FAILED',
      `${failed} of ${carried.reach.total} orders could not be handed over`,
      {
        hint: 'Run the same command again: what was handed over is left alone',
      },
    );
  }
  if (unknown.length === 0) return;
  throw new AppError(
    'ORDER_NOT_FOUND',
    unknown.length <= 3
      ? `no order ${unknown.join(', ')}`
      : `${unknown.length.toLocaleString('en-US')} ids name no order`,
    { hint: 'ordersctl list shows the orders there are' },
  );
}

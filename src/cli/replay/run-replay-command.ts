/** Plans a replay, asks, carries it out and reports order by order. */
import { AppError } from '../../core/errors.js';
import { createPartialAnswer, type PartialAnswer } from '../../core/partial-answer.js';
import type { Config } from '../../core/config/schema.js';
import { requireSettings } from '../../core/config/require-settings.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import { recordOperatorAction } from '../../core/postgres/record-operator-action.js';
import { findCandidates } from '../../core/replay/find-candidates.js';
import { actionable, planReplay, type PlannedOrder } from '../../core/replay/plan-replay.js';
import { runReplay, type ReplayedOrder, type ReplayReport } from '../../core/replay/run-replay.js';
import { startSaga } from '../../core/temporal/start-saga.js';
import type { CliContext } from '../context.js';
import { operatorOf } from '../operator.js';
import { requireConfirmation } from '../output/confirm.js';
import { withStores, type Stores } from '../with-stores.js';
import { countBy, renderPlan, renderResults } from './render-replay.js';

export interface ReplayOptions {
  /** Milliseconds. */
  readonly olderThan: number;
  readonly product?: readonly string[];
  readonly limit?: number;
  /** Orders a second. */
  readonly rate?: number;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly reason?: string;
}

/**
 * @param orderIds empty: all that are stuck
 * @throws AppError REFUSED without a terminal and --yes; PARTLY_FAILED or UNAVAILABLE after printing the results
 */
export async function runReplayCommand(
  context: CliContext,
  orderIds: readonly string[],
  options: ReplayOptions,
): Promise<void> {
  const config = requireSettings(await context.loadConfig(), [
    'databaseUrl',
    'kafkaBrokers',
    'temporalAddress',
  ]);
  await withStores(context, config, async (stores) => {
    const answer = createPartialAnswer();
    const planned = await plan(stores, config, answer, orderIds, options);
    if (!context.output.json) context.output.line(renderPlan(context.output, planned, answer.unavailable));
    const report = options.dryRun
      ? NOTHING
      : await carryOut(context, stores, config, planned, orderIds, options);
    const { results } = report;
    if (context.output.json) context.output.data({ planned, results, unavailable: answer.unavailable });
    else if (results.length > 0) context.output.line(renderResults(context.output, results));
    answer.assertComplete();
    assertDone(report);
  });
}

const NOTHING: ReplayReport = { results: [], stoppedBy: null };

async function plan(
  stores: Stores,
  config: Config,
  answer: PartialAnswer,
  orderIds: readonly string[],
  options: ReplayOptions,
): Promise<PlannedOrder[]> {
  const db = await stores.postgres();
  await checkSchema(db);
  const candidates = await findCandidates(
    { config, db, log: stores.log, temporal: stores.temporal, answer },
    {
      orderIds: orderIds.length > 0 ? orderIds : undefined,
      olderThanMs: options.olderThan,
      productIds: options.product,
    },
  );
  return planReplay(candidates, options.limit);
}

async function carryOut(
  context: CliContext,
  stores: Stores,
  config: Config,
  planned: readonly PlannedOrder[],
  orderIds: readonly string[],
  options: ReplayOptions,
): Promise<ReplayReport> {
  const todo = actionable(planned);
  if (todo.length === 0) return NOTHING;
  // One order named by hand is its own confirmation; everything else is bulk.
  if (orderIds.length !== 1)
    await requireConfirmation(context.io, { what: describe(todo), yes: options.yes });
  const pool = await stores.postgres();
  const report = await runReplay(
    {
      pool,
      publisher: stores.publisher,
      startSaga: async (orderId) =>
        startSaga(
          await stores.temporal(),
          config.prefix,
          orderId,
          { orderId, deadlineMs: config.paymentDeadline },
          { afterFailure: true },
        ),
    },
    planned,
    { rate: options.rate, onProgress: (done, total) => context.output.note(`${done} of ${total} done`) },
  );
  await recordOperatorAction(pool, {
    ...operatorOf(config),
    command: 'replay',
    arguments: { orderIds, ...options },
    reason: options.reason ?? null,
    result: countBy(report.results, (order) => order.outcome),
  });
  return report;
}

function describe(todo: readonly PlannedOrder[]): string {
  const direct = todo.filter((order) => order.action === 'start').length;
  const ways = [
    ...(todo.length > direct ? [`${todo.length - direct} through Kafka`] : []),
    ...(direct > 0 ? [`${direct} straight to Temporal`] : []),
  ];
  return `hand over ${todo.length} ${todo.length === 1 ? 'order' : 'orders'} again (${ways.join(', ')})`;
}

function assertDone({ results, stoppedBy }: ReplayReport): void {
  if (stoppedBy) throw stoppedBy;
  const failed = results.filter((order: ReplayedOrder) => order.outcome === 'failed').length;
  if (failed === 0) return;
  throw new AppError('PARTLY_FAILED', `${failed} of ${results.length} orders could not be handed over`, {
    hint: 'Run the same command again: what was handed over is left alone',
  });
}

/** Plans a cancel, asks where it must, carries it out and reports order by order. */
import { requireSettings } from '../../core/config/require-settings.js';
import type { Config } from '../../core/config/schema.js';
import { AppError, toAppError } from '../../core/errors.js';
import { inParallel } from '../../core/in-parallel.js';
import { createCancelOrder, type CancelOrder } from '../../core/orders/cancel-order.js';
import { createEndOrder } from '../../core/orders/end-order.js';
import { findNamedOrders } from '../../core/orders/find-named-orders.js';
import { planCancel, type PlannedCancel } from '../../core/orders/plan-cancel.js';
import { createPartialAnswer, type PartialAnswer } from '../../core/partial-answer.js';
import { checkSchema } from '../../core/postgres/check-schema.js';
import { recordOperatorAction } from '../../core/postgres/record-operator-action.js';
import type { CliContext } from '../context.js';
import { operatorOf } from '../operator.js';
import { requireConfirmation } from '../output/confirm.js';
import { countBy } from '../replay/render-replay.js';
import { withStores, type Stores } from '../with-stores.js';
import { renderCancelled, renderCancelPlan, type CancelResult } from './render-cancel.js';

export interface CancelOptions {
  readonly evenIfPaid?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly reason?: string;
}

/** Those on their way at one moment share one statement. */
const WIDTH = 100;
/** For a saga to act; one that does not finds the row final by itself. */
const WAKE_TIMEOUT_MS = 2_000;

/**
 * @throws AppError ORDER_NOT_FOUND; REFUSED without a terminal and --yes; WRONG_STATE, PARTLY_FAILED or UNAVAILABLE
 *   after printing the results
 */
export async function runCancelCommand(
  context: CliContext,
  orderIds: readonly string[],
  options: CancelOptions,
): Promise<void> {
  const config = requireSettings(await context.loadConfig(), ['databaseUrl', 'redisUrl']);
  await withStores(context, config, async (stores) => {
    const pool = await stores.postgres();
    await checkSchema(pool);
    const planned = planCancel(await findNamedOrders(pool, orderIds), options.evenIfPaid === true);
    if (!context.output.json) context.output.line(renderCancelPlan(context.output, planned));
    const answer = createPartialAnswer();
    const results = options.dryRun ? [] : await carryOut(context, stores, config, planned, answer, options);
    const { unavailable } = answer;
    if (context.output.json) context.output.data({ planned, results, unavailable });
    else if (results.length > 0) context.output.line(renderCancelled(context.output, results));
    if (options.dryRun) context.output.note('dry run: nothing was changed');
    if (unavailable.length > 0)
      context.output.note('Temporal does not answer: the workflows find out by themselves');
    assertDone(planned, results);
  });
}

async function carryOut(
  context: CliContext,
  stores: Stores,
  config: Config,
  planned: readonly PlannedCancel[],
  answer: PartialAnswer,
  options: CancelOptions,
): Promise<CancelResult[]> {
  await confirm(context, planned, options.yes);
  const evenIfPaid = options.evenIfPaid === true;
  const pool = await stores.postgres();
  const deps = {
    pool,
    redis: await stores.redis(),
    prefix: config.prefix,
    // The outbox has the events: the relays of the roles send what no process has offered to its own.
    relay: { offer: () => undefined },
    stats: { count: () => undefined },
    log: stores.log,
  };
  const cancelOrder = createCancelOrder({
    ...deps,
    endOrder: createEndOrder(deps),
    wakeSaga: (orderId, updateId) => wake(stores, config, answer, orderId, updateId),
  });
  const results = await inParallel(planned, WIDTH, ({ orderId }) =>
    cancelOne(cancelOrder, orderId, evenIfPaid),
  );
  if (results.some((one) => one.outcome === 'cancelled')) {
    await recordOperatorAction(pool, {
      ...operatorOf(config),
      command: 'cancel',
      arguments: { orderIds: planned.map((order) => order.orderId), evenIfPaid },
      reason: options.reason ?? null,
      result: countBy(results, (one) => one.outcome),
    });
  }
  return results;
}

/** One order named by hand is its own confirmation; everything else is bulk. */
async function confirm({ io }: CliContext, planned: readonly PlannedCancel[], yes: true | undefined) {
  const todo = planned.filter(({ action }) => action === 'cancel' || action === 'refund');
  if (planned.length === 1 || todo.length === 0) return;
  const refunds = todo.filter(({ action }) => action === 'refund').length;
  const money = refunds > 0 ? `, and have the money of ${refunds} refunded` : '';
  const what = `cancel ${todo.length} ${todo.length === 1 ? 'order' : 'orders'} for good${money}`;
  await requireConfirmation(io, { what, yes });
}

async function cancelOne(
  cancelOrder: CancelOrder,
  orderId: string,
  evenIfPaid: boolean,
): Promise<CancelResult> {
  try {
    const { outcome, refundDue, givenBack } = await cancelOrder({
      orderId,
      failureCode: 'CANCELLED_BY_OPERATOR',
      evenIfPaid,
    });
    return { orderId, outcome, refundDue, givenBack, reason: null };
  } catch (thrown) {
    const reason = toAppError(thrown).message;
    return { orderId, outcome: 'failed', refundDue: false, givenBack: false, reason };
  }
}

async function wake(
  stores: Stores,
  config: Config,
  answer: PartialAnswer,
  orderId: string,
  updateId: string,
): Promise<void> {
  if (config.temporalAddress === undefined) return;
  try {
    await answer.ask('temporal', async () => {
      const { wakeSagaForPayment } = await import('../../core/temporal/wake-saga.js');
      const client = await stores.temporal();
      return wakeSagaForPayment(client, orderId, { updateId, timeoutMs: WAKE_TIMEOUT_MS });
    });
  } catch (error) {
    stores.log.warn({ err: error, orderId }, 'a saga was not told of its cancel');
  }
}

function assertDone(planned: readonly PlannedCancel[], results: readonly CancelResult[]): void {
  const not = results.filter(({ outcome }) => outcome !== 'cancelled' && outcome !== 'already');
  const [only] = not;
  if (only && results.length === 1 && only.outcome !== 'failed') {
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
  if (only) {
    throw new AppError('PARTLY_FAILED', `${not.length} of ${planned.length} orders were not cancelled`, {
      hint: 'Run the same command again: what is cancelled stays so',
    });
  }
  const open = results.filter(({ givenBack }) => !givenBack).length;
  if (open === 0) return;
  throw new AppError('UNAVAILABLE', `${open} cancelled orders still hold their units in Redis`, {
    hint: "The worker's sweep gives them back, or the same command again",
  });
}

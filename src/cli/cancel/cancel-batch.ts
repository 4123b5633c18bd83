/** Cancels a batch of orders, and tells their workflows as far as Temporal answers. */
import type { Config } from '../../core/config/schema.js';
import type { AppError } from '../../core/errors.js';
import { toAppError } from '../../core/errors.js';
import { createCancelOrder, type CancelOrder, type CancelOutcome } from '../../core/orders/cancel-order.js';
import { createEndOrder } from '../../core/orders/end-order.js';
import type { Order } from '../../core/order.js';
import type { PartialAnswer } from '../../core/partial-answer.js';
import type { Stores } from '../with-stores.js';

export interface CancelResult {
  readonly orderId: string;
  readonly outcome: CancelOutcome | 'failed';
  readonly refundDue: boolean;
  /** False while its unit is not back in Redis. */
  readonly givenBack: boolean;
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
}

/** For a saga to act; one that does not finds the row final by itself. */
const WAKE_TIMEOUT_MS = 2_000;

/**
 * Orders on their way at one moment share one statement.
 * @throws AppError UNAVAILABLE when Postgres is away and not one of the batch was cancelled
 */
export async function createCancelBatch(
  stores: Stores,
  config: Config,
  answer: PartialAnswer,
  evenIfPaid: boolean,
): Promise<(orders: readonly Order[]) => Promise<CancelResult[]>> {
  const deps = {
    pool: await stores.postgres(),
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
  return async (orders) => {
    const settled = await Promise.all(
      orders.map(({ orderId }) => cancelOne(cancelOrder, orderId, evenIfPaid)),
    );
    const [first] = settled;
    const isAway = settled.every(({ error }) => error?.code === 'UNAVAILABLE');
    if (isAway && first?.error) throw first.error;
    return settled.map(({ result }) => result);
  };
}

async function cancelOne(
  cancelOrder: CancelOrder,
  orderId: string,
  evenIfPaid: boolean,
): Promise<{ result: CancelResult; error: AppError | null }> {
  try {
    const { outcome, refundDue, givenBack } = await cancelOrder({
      orderId,
      failureCode: 'CANCELLED_BY_OPERATOR',
      evenIfPaid,
    });
    return { result: { orderId, outcome, refundDue, givenBack, reason: null }, error: null };
  } catch (thrown) {
    const error = toAppError(thrown);
    const reason = error.message;
    return { result: { orderId, outcome: 'failed', refundDue: false, givenBack: false, reason }, error };
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

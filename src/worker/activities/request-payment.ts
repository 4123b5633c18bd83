/** Activity: asks the gateway for the money of one order, and makes its answer a fact of the order. */
import { Context } from '@temporalio/activity';
import { isFinal, type Order } from '../../core/order.js';
import { findOrdersByIds } from '../../core/postgres/find-orders-by-ids.js';
import { recordCaptures, type Capture } from '../../core/postgres/record-capture.js';
import { recordDecline } from '../../core/postgres/record-decline.js';
import { recordPaymentAttempt } from '../../core/postgres/record-payment-attempt.js';
import type { GatewayAnswer } from '../payments/gateway.js';
import { MAX_BATCH, MAX_QUEUE, type ActivityDeps } from './activity-deps.js';
import { createBatcher } from './create-batcher.js';
import type { PaymentOutcome, PaymentStep } from './saga-steps.js';

/**
 * A repeated call asks with the same idempotency key, so money moves once. Amount, currency and owner come from the
 * row, which is read just before: a cancelled order is not charged any more.
 * @throws AppError UNAVAILABLE when Postgres is away, and whatever the gateway throws: outcome unknown, call again
 */
export function createRequestPayment(deps: ActivityDeps): (step: PaymentStep) => Promise<PaymentOutcome> {
  const { pool, gateway } = deps;
  const findOrder = createBatcher<string, Order>({
    name: 'find',
    keyOf: (orderId) => orderId,
    run: (orderIds) => findOrdersByIds(pool, orderIds),
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
  });
  const recordCapture = createBatcher({
    name: 'capture',
    keyOf: (capture: Capture) => capture.orderId,
    run: (captures: readonly Capture[]) => recordCaptures(pool, captures),
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
  });

  async function record(order: Order, attempt: number, answer: GatewayAnswer): Promise<PaymentOutcome> {
    const { orderId, amount } = order;
    const payment = { orderId, attempt, gateway: gateway.name };
    switch (answer.kind) {
      case 'captured':
        // 'late' too: the order has ended meanwhile, and the row says so to the saga's next step.
        await recordCapture({ ...payment, gatewayReference: answer.reference, ...(answer.amount ?? amount) });
        return { kind: 'captured' };
      case 'requires-action':
        await recordPaymentAttempt(pool, {
          ...payment,
          gatewayReference: answer.reference,
          status: 'REQUIRES_ACTION',
        });
        return { kind: 'requires-action' };
      case 'declined': {
        const recorded = await recordDecline(pool, { ...payment, declineCode: answer.code });
        // Money that was taken under this attempt before is not declined afterwards.
        if (recorded?.status === 'CAPTURED') return { kind: 'captured' };
        return { kind: 'declined', final: answer.final };
      }
    }
  }

  return async ({ orderId, attempt }) => {
    const order = await findOrder(orderId);
    if (order.paid) return { kind: 'captured' };
    if (isFinal(order.status)) return { kind: 'not-payable' };
    // A gateway across the network may take the money and never answer: what is asked for leaves a trace first.
    if (!gateway.quick) {
      await recordPaymentAttempt(pool, { orderId, attempt, gateway: gateway.name, status: 'REQUESTED' });
    }
    const { info, cancellationSignal } = Context.current();
    const idempotencyKey = `${orderId}:${attempt}`;
    const call = info.isLocal ? 0 : info.attempt;
    const answer = await gateway.requestPayment(
      { orderId, userId: order.userId, amount: order.amount, attempt, idempotencyKey, call },
      cancellationSignal,
    );
    return record(order, attempt, answer);
  };
}

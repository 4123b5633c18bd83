/** Makes what the payment provider reports a fact of the order. The row decides what it means, in whatever order it comes. */
import { createBatcher, type Batcher } from '../../core/create-batcher.js';
import { AppError } from '../../core/errors.js';
import { isFinal } from '../../core/order.js';
import type { Log } from '../../core/log.js';
import type { EndOrder } from '../../core/orders/end-order.js';
import { MAX_BATCH, MAX_QUEUE } from '../../core/orders/order-deps.js';
import { WEBHOOK_GATEWAY } from '../../core/payments/webhook-gateway-name.js';
import type { Db } from '../../core/postgres/db.js';
import { findOrder } from '../../core/postgres/find-order.js';
import { findPayments } from '../../core/postgres/find-payments.js';
import { flagForReview } from '../../core/postgres/flag-for-review.js';
import { recordCaptures, type Capture, type CaptureOutcome } from '../../core/postgres/record-capture.js';
import { recordDecline } from '../../core/postgres/record-decline.js';
import { recordRefund } from '../../core/postgres/record-refund.js';
import type { EventOutcome, PaymentEvent } from './payment-event.js';

export interface RecordEventDeps {
  readonly db: Db;
  readonly endOrder: EndOrder;
  readonly log: Log;
}

export type RecordEvent = (event: PaymentEvent) => Promise<EventOutcome>;

type EventOf<T extends PaymentEvent['type']> = Extract<PaymentEvent, { type: T }>;

/**
 * What it returns is safe to call again, and in any order (I10); whoever calls wakes the saga afterwards. It throws
 * AppError ORDER_NOT_FOUND for an order or attempt that never was, WRONG_STATE for a refund of a payment that is not
 * known yet, OVERLOADED, and UNAVAILABLE when Postgres is away.
 */
export function createRecordEvent(deps: RecordEventDeps): RecordEvent {
  // When a sale is paid, captures come by the thousand.
  const recordCapture = createBatcher<Capture, CaptureOutcome>({
    name: 'capture',
    keyOf: (capture) => capture.orderId,
    run: (captures) => recordCaptures(deps.db, captures),
    maxBatch: MAX_BATCH,
    maxQueue: MAX_QUEUE,
  });
  return async (event) => {
    switch (event.type) {
      case 'payment.captured':
        return recordCaptured(deps, recordCapture, event);
      case 'payment.declined':
        return recordDeclined(deps, event);
      case 'payment.refunded':
        return recordRefunded(deps, event);
    }
  };
}

async function recordCaptured(
  { log }: RecordEventDeps,
  recordCapture: Batcher<Capture, CaptureOutcome>,
  { orderId, attempt, reference, amount, userId }: EventOf<'payment.captured'>,
): Promise<EventOutcome> {
  const payment = { orderId, attempt, gateway: WEBHOOK_GATEWAY, gatewayReference: reference };
  try {
    const outcome = await recordCapture({ ...payment, ...amount, userId });
    if (outcome === 'late') log.warn({ orderId, reference }, 'money was taken that does not pay its order');
    return outcome;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'ORDER_NOT_FOUND') throw error;
    // Orders exist before anybody is asked for money: this is no race, and somebody has paid for nothing.
    log.error({ orderId, reference }, 'money was taken for an order that does not exist');
    throw noSuchOrder();
  }
}

/** A decline of an earlier attempt does not speak for a later one. */
async function recordDeclined(
  { db, endOrder }: RecordEventDeps,
  { orderId, attempt, code, final }: EventOf<'payment.declined'>,
): Promise<EventOutcome> {
  const payments = await findPayments(db, orderId);
  const asked = payments.find(
    (payment) => payment.attempt === attempt && payment.gateway === WEBHOOK_GATEWAY,
  );
  if (!asked) throw noSuchOrder();
  const now = await recordDecline(db, { orderId, attempt, gateway: WEBHOOK_GATEWAY, declineCode: code });
  if (now?.status !== 'DECLINED') return 'ignored';
  if (final && payments.at(-1)?.attempt === attempt) {
    // Ends nothing that is paid. The hold is given back by the saga, which is woken next, or by the sweep (I8).
    await endOrder({ orderId, status: 'FAILED', failureCode: 'PAYMENT_DECLINED' });
  }
  return 'declined';
}

async function recordRefunded(
  { db }: RecordEventDeps,
  event: EventOf<'payment.refunded'>,
): Promise<EventOutcome> {
  const { orderId, reference, refundReference } = event;
  const [order, payments] = await Promise.all([findOrder(db, orderId), findPayments(db, orderId)]);
  if (!order) throw noSuchOrder();
  const payment = payments.find(
    (one) => one.gateway === WEBHOOK_GATEWAY && one.gatewayReference === reference,
  );
  if (!payment) throw notTakenYet();
  if (payment.status === 'REFUNDED') return 'already';
  const { amount } = payment;
  if (amount.amountMinor !== event.amount.amountMinor || amount.currency !== event.amount.currency) {
    await flagForReview(
      db,
      orderId,
      `${refundReference}: the provider gave back another amount than it had taken`,
    );
    return 'review';
  }
  const outcome = await recordRefund(db, { orderId, attempt: payment.attempt, refundReference });
  if (outcome === 'unknown') throw notTakenYet();
  // Of a sale that was called off, too.
  const wasOwed =
    payment.status === 'LATE' ||
    (order.status === 'CONFIRMED' ? order.refund?.status === 'DUE' : isFinal(order.status));
  if (outcome === 'refunded' && event.idempotencyKey === undefined && !wasOwed) {
    await flagForReview(
      db,
      orderId,
      `${refundReference}: the provider gave the money back without being asked`,
    );
    return 'review';
  }
  return outcome;
}

function noSuchOrder(): AppError {
  return new AppError('ORDER_NOT_FOUND', 'No payment was asked for under this order and attempt.');
}

/** The provider sends it again, by then after the capture. */
function notTakenYet(): AppError {
  return new AppError('WRONG_STATE', 'No capture is recorded under this reference: report that first.');
}

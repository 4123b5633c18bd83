/** The saga of one order: begin, ask for the payment, wait for it, confirm; or end the order and give its unit back. */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  sleep,
} from '@temporalio/workflow';
import { isFinal, type OrderStatus } from '../../core/order.js';
import type { SagaInput, SagaResult } from '../../core/temporal/saga-contract.js';
import type { Ending } from '../activities/saga-steps.js';
import { insistently } from './saga-activities.js';
import { requestPayment } from './request-payment.js';
import { createInbox, type SagaInbox } from './saga-inbox.js';

/**
 * Runs to the end of the order from whatever status it finds, so that a second run after a lost one resumes.
 * Everything happens in a non-cancellable scope: a cancel is a wish, and Postgres decides (I7, I8, I10).
 */
export async function orderSaga(input: SagaInput): Promise<SagaResult> {
  const inbox = createInbox();
  return CancellationScope.nonCancellable(async () => {
    const status = await run(input, inbox);
    inbox.close(status);
    await condition(allHandlersFinished);
    return { status };
  });
}

async function run(input: SagaInput, inbox: SagaInbox): Promise<OrderStatus> {
  const { orderId } = input;
  const begun = await insistently.beginOrder(input);
  // A final order may still miss the second half of its ending; a paid one needs no gateway.
  if (isFinal(begun.status) || begun.paid) return confirmForGood(orderId, inbox);

  let remainingMs = begun.remainingMs ?? 0;
  if (remainingMs > 0 && inbox.cancel === undefined) {
    const outcome = await requestPayment(orderId, begun, inbox);
    if (outcome.kind === 'captured' || outcome.kind === 'not-payable') {
      const status = await confirm(orderId, inbox);
      if (isFinal(status)) return status;
    }
    if (outcome.kind === 'declined' && outcome.final) {
      return endUnlessPaid({ orderId, status: 'FAILED', failureCode: 'PAYMENT_DECLINED' }, inbox);
    }
    if (outcome.slow) {
      const now = await insistently.beginOrder(input);
      if (isFinal(now.status) || now.paid) return confirmForGood(orderId, inbox);
      remainingMs = now.remainingMs ?? 0;
    }
  }
  return waitForPayment(orderId, remainingMs, inbox);
}

/** One durable timer to the deadline; payments and cancels wake the saga earlier, by a message or before it waits. */
async function waitForPayment(orderId: string, remainingMs: number, inbox: SagaInbox): Promise<OrderStatus> {
  let due = remainingMs <= 0;
  if (!due) void sleep(remainingMs).then(() => (due = true));
  for (;;) {
    inbox.step = 'waiting-for-payment';
    await condition(() => due || inbox.hasNews());
    const news = inbox.takeNews();
    if (inbox.cancel !== undefined) {
      return endUnlessPaid({ orderId, status: 'CANCELLED', failureCode: inbox.cancel }, inbox);
    }
    if (due) return endUnlessPaid({ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' }, inbox);
    const status = await confirm(orderId, inbox);
    if (isFinal(status)) return status;
    news.answer(status);
  }
}

/** Decides in Postgres first, then gives the hold back. A payment that was recorded before wins (I10). */
async function endUnlessPaid(ending: Ending, inbox: SagaInbox): Promise<OrderStatus> {
  inbox.step = 'ending';
  const ended = await insistently.endOrder(ending);
  if (!isFinal(ended.status)) return confirmForGood(ending.orderId, inbox);
  if (ended.hold) await insistently.finishHold(ended.hold);
  return ended.status;
}

async function confirm(orderId: string, inbox: SagaInbox): Promise<OrderStatus> {
  inbox.step = 'confirming';
  const { status } = await insistently.confirmOrder(orderId);
  return status;
}

/** For an order that is known to be paid or final. A saga that fails here is found by the sweeps. */
async function confirmForGood(orderId: string, inbox: SagaInbox): Promise<OrderStatus> {
  const status = await confirm(orderId, inbox);
  if (!isFinal(status)) throw ApplicationFailure.nonRetryable(`a paid order stays ${status}`, 'INTERNAL');
  return status;
}

/** The saga of one order: begin, ask for the payment, wait for it, confirm; or end the order and give its unit back. */
import { allHandlersFinished, ApplicationFailure, CancellationScope, condition } from '@temporalio/workflow';
import { isFinal, type OrderStatus } from '../../core/order.js';
import type { SagaInput, SagaResult } from '../../core/temporal/saga-contract.js';
import type { Ending, SeenOrder } from '../activities/saga-steps.js';
import { insistently } from './saga-activities.js';
import { startDeadline } from './deadline.js';
import { requestPayment, type GatewaySpeed, type RequestedPayment } from './request-payment.js';
import { createInbox, type SagaInbox } from './saga-inbox.js';

/** Of histories from before begin told which attempt to ask for. */
const FIRST_ATTEMPT = 1;

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
    const requested = await requestPayment(
      { orderId, attempt: begun.attempt ?? FIRST_ATTEMPT },
      { gateway: begun.gateway, withinMs: remainingMs, isOver: () => inbox.hasNews() },
      inbox,
    );
    const status = await heed(requested, orderId, inbox);
    if (status !== undefined) return status;
    if (requested.slow) {
      const now = await insistently.beginOrder(input);
      if (isFinal(now.status) || now.paid) return confirmForGood(orderId, inbox);
      remainingMs = now.remainingMs ?? 0;
    }
  }
  return waitForPayment(orderId, { remainingMs, gateway: begun.gateway }, inbox);
}

/** One durable timer to the deadline; payments, further attempts and cancels wake the saga earlier, by a message. */
async function waitForPayment(
  orderId: string,
  wait: { readonly remainingMs: number; readonly gateway: GatewaySpeed },
  inbox: SagaInbox,
): Promise<OrderStatus> {
  const deadline = startDeadline(wait.remainingMs);
  const isOver = () => deadline.isDue() || inbox.hasNews();
  for (;;) {
    inbox.step = 'waiting-for-payment';
    await condition(isOver);
    const news = inbox.takeNews();
    if (inbox.cancel !== undefined) {
      return endUnlessPaid({ orderId, status: 'CANCELLED', failureCode: inbox.cancel }, inbox);
    }
    if (deadline.isDue()) {
      return endUnlessPaid({ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' }, inbox);
    }
    const seen = await confirm(orderId, inbox);
    if (isFinal(seen.status)) return seen.status;
    news.answer(seen.status);
    // The row says what is to be asked, not the message: an attempt whose wake-up was lost is found by the next one,
    // and one that a message has interrupted goes on under its own key.
    if (typeof seen.attempt !== 'number') continue;
    const requested = await requestPayment(
      { orderId, attempt: seen.attempt },
      { gateway: wait.gateway, withinMs: deadline.leftMs(), isOver },
      inbox,
    );
    const status = await heed(requested, orderId, inbox);
    if (status !== undefined) return status;
  }
}

/** Does what an answer of the gateway calls for. @returns the final status; undefined while the order goes on waiting */
async function heed(
  requested: RequestedPayment,
  orderId: string,
  inbox: SagaInbox,
): Promise<OrderStatus | undefined> {
  if (requested.kind === 'captured' || requested.kind === 'not-payable') {
    const { status } = await confirm(orderId, inbox);
    return isFinal(status) ? status : undefined;
  }
  if (requested.kind === 'declined' && requested.final) {
    return endUnlessPaid({ orderId, status: 'FAILED', failureCode: 'PAYMENT_DECLINED' }, inbox);
  }
  return undefined;
}

/** Decides in Postgres first, then gives the hold back. A payment that was recorded before wins (I10). */
async function endUnlessPaid(ending: Ending, inbox: SagaInbox): Promise<OrderStatus> {
  inbox.step = 'ending';
  const ended = await insistently.endOrder(ending);
  if (!isFinal(ended.status)) return confirmForGood(ending.orderId, inbox);
  if (ended.hold) await insistently.finishHold(ended.hold);
  return ended.status;
}

function confirm(orderId: string, inbox: SagaInbox): Promise<SeenOrder> {
  inbox.step = 'confirming';
  return insistently.confirmOrder(orderId);
}

/** For an order that is known to be paid or final. A saga that fails here is found by the sweeps. */
async function confirmForGood(orderId: string, inbox: SagaInbox): Promise<OrderStatus> {
  const { status } = await confirm(orderId, inbox);
  if (!isFinal(status)) throw ApplicationFailure.nonRetryable(`a paid order stays ${status}`, 'INTERNAL');
  return status;
}

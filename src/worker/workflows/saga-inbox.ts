/** What the saga has been told while it was busy or waiting: its message handlers, and what they leave behind. */
import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import type { OrderStatus } from '../../core/order.js';
import type {
  CancelCode,
  CancelOrderInput,
  SagaStep,
  SagaUpdateResult,
} from '../../core/temporal/saga-contract.js';
import { cancelOrderUpdate, paymentRecordedUpdate, sagaStateQuery } from '../messages.js';

export interface SagaInbox {
  /** Shown by the query; nothing decides by it. */
  step: SagaStep;
  attempt: number;
  /** Set once somebody wants the order cancelled. */
  readonly cancel: CancelCode | undefined;
  /** True while there are messages that the saga has not taken. */
  hasNews(): boolean;
  /** Takes all messages so far; `answer` tells their senders what the order has become. */
  takeNews(): { answer(status: OrderStatus): void };
  /** Answers everybody who waits, and rejects later messages: they cannot matter any more. */
  close(status: OrderStatus): void;
}

/** Registers the handlers. To be called first thing, so that a message in the very first task is not lost. */
export function createInbox(): SagaInbox {
  let cancel: CancelCode | undefined;
  let status: OrderStatus | null = null;
  let received = 0;
  let taken = 0;
  let answered = 0;
  let closed = false;

  const inbox: SagaInbox = {
    step: 'beginning',
    attempt: 0,
    get cancel() {
      return cancel;
    },
    hasNews: () => received > taken,
    takeNews() {
      taken = received;
      const upTo = taken;
      return {
        answer(now) {
          status = now;
          answered = upTo;
        },
      };
    },
    close(final) {
      status = final;
      inbox.step = 'done';
      closed = true;
      answered = received;
    },
  };

  async function receive(): Promise<SagaUpdateResult> {
    received += 1;
    const ticket = received;
    // Handlers run in the root scope, which a cancel of the workflow reaches.
    await CancellationScope.nonCancellable(() => condition(() => answered >= ticket));
    if (status === null) throw ApplicationFailure.nonRetryable('answered without a status', 'INTERNAL');
    return { status };
  }
  function assertOpen(): void {
    if (closed) throw ApplicationFailure.nonRetryable('the order has ended', 'WRONG_STATE');
  }

  setHandler(paymentRecordedUpdate, receive, { validator: assertOpen });
  setHandler(
    cancelOrderUpdate,
    (input: CancelOrderInput) => {
      cancel ??= input.failureCode;
      return receive();
    },
    { validator: (_input: CancelOrderInput) => assertOpen() },
  );
  setHandler(sagaStateQuery, () => ({ step: inbox.step, attempt: inbox.attempt, status }));
  // A cancel from the server's own screens means the same as ours, and must not cancel the compensation with it.
  CancellationScope.current().cancelRequested.catch(() => {
    cancel ??= 'CANCELLED_BY_OPERATOR';
    received += 1;
  });
  return inbox;
}

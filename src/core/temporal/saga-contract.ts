/** What the saga and those who start, wake or ask it agree on: names and payloads, without any client code. */
import type { FailureCode, OrderStatus } from '../order.js';

/** The one argument of the saga. Payloads hold only strings and safe integers. */
export interface SagaInput {
  readonly orderId: string;
  /** Time to pay in milliseconds, counted from the moment in which the saga begins the order. */
  readonly deadlineMs: number;
}

/** Names of the messages a running saga understands. */
export const SAGA_MESSAGES = {
  /** Update: a payment was recorded in Postgres, look at the row. Carries no facts: the row is the fact (I10). */
  paymentRecorded: 'paymentRecorded',
  /** Update: end the order as cancelled unless it is paid. */
  cancelOrder: 'cancelOrder',
  /** Query: where the saga stands. */
  sagaState: 'sagaState',
} as const;

/** Why an order is cancelled: the codes a cancel may carry. */
export type CancelCode = Extract<FailureCode, 'CANCELLED_BY_CUSTOMER' | 'CANCELLED_BY_OPERATOR'>;

export interface CancelOrderInput {
  readonly failureCode: CancelCode;
}

/** The answer of both updates: the status the order had after the saga had acted. */
export interface SagaUpdateResult {
  readonly status: OrderStatus;
}

export const SAGA_STEPS = [
  'beginning',
  'requesting-payment',
  'waiting-for-payment',
  'confirming',
  'ending',
  'done',
] as const;
export type SagaStep = (typeof SAGA_STEPS)[number];

/** What the query answers: for people who debug one order; nothing decides by it. */
export interface SagaState {
  readonly step: SagaStep;
  readonly attempt: number;
  readonly status: OrderStatus | null;
}

/** What a finished saga leaves as its result. */
export interface SagaResult {
  readonly status: OrderStatus;
}

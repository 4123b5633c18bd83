/** What goes into and comes out of the saga's activities: plain data that survives JSON, without any client code. */
import type { EndedHold } from '../../core/orders/finish-hold.js';
import type { FailureCode, OrderStatus, ReleasedStatus } from '../../core/order.js';

export interface BegunOrder {
  readonly status: OrderStatus;
  readonly paid: boolean;
  /** Time left to pay by the clock of Postgres, at most 0 once it has passed; null for a final order. */
  readonly remainingMs: number | null;
  /** 'quick' gateways answer within a workflow task, 'remote' ones are called by an ordinary activity. */
  readonly gateway: 'quick' | 'remote';
  /**
   * To ask the gateway for: the last one there was, so that a second run hears its answer again; null when the order
   * does not await payment. Absent in histories from before there were further attempts: the first.
   */
  readonly attempt?: number | null;
}

/** What a look at an order has found, after it was confirmed if it could be. */
export interface SeenOrder {
  readonly status: OrderStatus;
  /**
   * One that the gateway has still to be asked for; null when there is none. Absent in histories from before there
   * were further attempts: none.
   */
  readonly attempt?: number | null;
}

export interface PaymentStep {
  readonly orderId: string;
  /** Counts from 1; with the order id it is the gateway's idempotency key. */
  readonly attempt: number;
}

/**
 * 'captured': recorded in Postgres, look there. 'requires-action': the customer must act. 'declined': no money
 * moved; final means that the order cannot be paid any more. 'not-payable': the order is already final.
 */
export type PaymentOutcome =
  | { readonly kind: 'captured' }
  | { readonly kind: 'requires-action' }
  | { readonly kind: 'declined'; readonly final: boolean }
  | { readonly kind: 'not-payable' };

export interface Ending {
  readonly orderId: string;
  readonly status: ReleasedStatus;
  readonly failureCode: FailureCode;
}

export interface EndedOrder {
  /** What the row says now: not the wished status when a payment or another ending was first. */
  readonly status: OrderStatus;
  /** Null when the Redis half is done or the order is not final. */
  readonly hold: EndedHold | null;
}

/** The port to payment providers: what the saga needs of them, and nothing of how they are reached. */
import type { Money } from '../../core/money.js';

/** All from the order row, never from a client (features D2: "pay one cent"). */
export interface GatewayRequest {
  readonly orderId: string;
  readonly userId: string;
  readonly amount: Money;
  /** From 1; a further one is made when the customer tries again. */
  readonly attempt: number;
  /** `orderId:attempt`: a gateway that sees it again must give its first answer and move no more money. */
  readonly idempotencyKey: string;
  /** Tells calls with the same key apart, where the caller counts them; nothing may be decided by it. */
  readonly call?: number;
}

/**
 * 'declined' and final: this order cannot be paid any more. Not final: another attempt may succeed. `amount` is what was
 * really taken, where the gateway says so: another one than asked for does not pay the order.
 */
export type GatewayAnswer =
  | { readonly kind: 'captured'; readonly reference: string; readonly amount?: Money }
  | { readonly kind: 'requires-action'; readonly reference: string }
  | { readonly kind: 'declined'; readonly final: boolean; readonly code: string };

/** Money that was taken and goes back whole. */
export interface RefundRequest {
  readonly orderId: string;
  /** The gateway's own name of the payment, as it was given with the capture. */
  readonly reference: string;
  readonly amount: Money;
  /** `refund:orderId:attempt`: a gateway that sees it again must give its first answer and move no more money. */
  readonly idempotencyKey: string;
}

/** 'refused': the gateway will not give this money back, however often it is asked; a person must decide. */
export type RefundAnswer =
  | { readonly kind: 'refunded'; readonly reference: string }
  | { readonly kind: 'refused'; readonly code: string };

export interface PaymentGateway {
  /** Stored with every payment. */
  readonly name: string;
  /** True when an answer takes milliseconds: then it is asked within a workflow task. */
  readonly quick: boolean;
  /**
   * @param signal aborts when nobody waits for the answer any more
   * @throws anything when the outcome is unknown: asked again with the same key
   */
  requestPayment(request: GatewayRequest, signal: AbortSignal): Promise<GatewayAnswer>;
  /** @throws anything when the outcome is unknown: asked again with the same key */
  refund(request: RefundRequest, signal: AbortSignal): Promise<RefundAnswer>;
  /** Gives back what it keeps open, when the worker ends. */
  close?(): void;
}

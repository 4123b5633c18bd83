/** The port to payment providers: what the saga needs of them, and nothing of how they are reached. */
import type { Money } from '../../core/money.js';
import type { Refunder } from '../../core/payments/refunder.js';

export type { RefundAnswer, RefundRequest } from '../../core/payments/refunder.js';

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

export interface PaymentGateway extends Refunder {
  /** True when an answer takes milliseconds: then it is asked within a workflow task. */
  readonly quick: boolean;
  /**
   * @param signal aborts when nobody waits for the answer any more
   * @throws anything when the outcome is unknown: asked again with the same key
   */
  requestPayment(request: GatewayRequest, signal: AbortSignal): Promise<GatewayAnswer>;
  /** Gives back what it keeps open, when the worker ends. */
  close?(): void;
}

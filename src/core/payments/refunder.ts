/** What giving money back needs of a payment gateway. */
import type { Money } from '../money.js';

/** Money that was taken and goes back whole. */
export interface RefundRequest {
  readonly orderId: string;
  /** The gateway's own name of the payment, as it was given with the capture. */
  readonly reference: string;
  readonly amount: Money;
  /**
   * `refund:orderId:attempt`, with `:2` and so on after a person had it asked for anew. A gateway that sees it again must
   * give its first answer and move no more money.
   */
  readonly idempotencyKey: string;
}

/** 'refused': the gateway will not give this money back, however often it is asked; a person must decide. */
export type RefundAnswer =
  | { readonly kind: 'refunded'; readonly reference: string }
  | { readonly kind: 'refused'; readonly code: string };

export interface Refunder {
  /** Stored with every payment: money goes back the way it came. */
  readonly name: string;
  /** @throws anything when the outcome is unknown: asked again with the same key */
  refund(request: RefundRequest, signal: AbortSignal): Promise<RefundAnswer>;
}

/** One event about a product from the system that keeps the catalogue. */

export type ProductEventType = 'CREATED' | 'PRICE_UPDATED' | 'DEACTIVATED';

export interface ProductEvent {
  readonly productId: string;
  readonly eventType: ProductEventType;
  /** By the clock of its source; of two events the later one stays, whatever order they arrive in. */
  readonly occurredAt: Date;
  /** Undefined: stays as it is. */
  readonly name: string | undefined;
  /** Undefined for DEACTIVATED, which says nothing about the price. */
  readonly price: EventPrice | undefined;
  /** Undefined: CREATED makes it active, PRICE_UPDATED leaves it. */
  readonly active: boolean | undefined;
  /** The same for an event that is read again, another for any other. */
  readonly digest: string;
}

/** An amount whose currency may be known only with the product, and with it how many decimals it may have. */
export interface EventPrice {
  /** `49.90`, `49.90 EUR` or `EUR 49.90`, as it was written. */
  readonly text: string;
  /** ISO 4217, where the event names it on its own. */
  readonly currency: string | undefined;
}

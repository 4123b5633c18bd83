/** One committed event on its way from the outbox to Kafka. */
import type { Money } from '../money.js';
import type { TopicName } from '../names.js';
import type { FailureCode, OrderStatus } from '../order.js';

/** What the events tell of the order, as it was when the event happened. */
export interface OutboxOrder {
  readonly reservationId: string;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly unitPrice: Money;
  readonly amount: Money;
  /** The status this event tells of, not the one the row has by now. */
  readonly status: OrderStatus;
  readonly failureCode: FailureCode | null;
}

/** A row of the outbox with all its message needs. */
export interface OutboxRecord {
  /** The row's own id, by which it is marked published. */
  readonly eventId: string;
  readonly orderId: string;
  /** Rises with every event of the order; readers drop lower ones (I11). */
  readonly version: number;
  readonly type: string;
  /** Unprefixed topics this event must reach. */
  readonly topics: readonly TopicName[];
  readonly occurredAt: Date;
  readonly data: unknown;
  readonly order: OutboxOrder;
}

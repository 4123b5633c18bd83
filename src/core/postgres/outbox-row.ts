/** How an event, as the functions and queries give it, becomes a record of the outbox. */
import type { TopicName } from '../names.js';
import { ORDER_STATUSES, type FailureCode, type OrderStatus } from '../order.js';
import type { OutboxRecord } from '../outbox/record.js';
import { toOrder, type OrderRow } from './order-row.js';

/** What `event_json` of migration 0003 makes of a row of order_events. */
export interface EventJson {
  readonly eventId: string;
  readonly version: number;
  readonly type: string;
  readonly data: { readonly failureCode?: FailureCode | null } | null;
  readonly topics: readonly TopicName[];
  /** ISO 8601 as Postgres writes it. */
  readonly occurredAt: string;
}

/** The order may have moved on since: the record tells of the status and failure that belong to its event. */
export function toOutboxRecord(row: OrderRow, event: EventJson): OutboxRecord {
  const order = toOrder(row);
  return {
    eventId: event.eventId,
    orderId: order.orderId,
    version: event.version,
    type: event.type,
    topics: event.topics,
    occurredAt: new Date(event.occurredAt),
    data: event.data,
    order: {
      reservationId: order.reservationId,
      userId: order.userId,
      productId: order.productId,
      quantity: order.quantity,
      unitPrice: order.unitPrice,
      amount: order.amount,
      status: statusOf(event.type),
      failureCode: event.data?.failureCode ?? null,
    },
  };
}

/** Events are named after the status they lead to; TRACKED, the one published event that is not, is told of PENDING. */
function statusOf(type: string): OrderStatus {
  return ORDER_STATUSES.find((status) => status === type) ?? 'PENDING';
}

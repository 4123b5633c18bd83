/** The outbox record of an order just accepted, as a later reader of the outbox would find it. */
import { TOPICS } from '../../core/names.js';
import type { OutboxRecord } from '../../core/outbox/record.js';
import type { AcceptedOrder } from '../../core/postgres/accept-orders.js';

/** @param eventId of the event that the accept call wrote with the order */
export function toReservationRecord(order: AcceptedOrder, eventId: string): OutboxRecord {
  const { orderId, version, status, createdAt, reservationId, userId, productId, quantity } = order;
  return {
    eventId,
    orderId,
    version,
    type: status,
    topics: [TOPICS.reservations],
    occurredAt: createdAt,
    data: null,
    order: {
      reservationId,
      userId,
      productId,
      quantity,
      unitPrice: order.unitPrice,
      amount: order.amount,
      status,
      failureCode: null,
    },
  };
}

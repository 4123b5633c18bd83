/** The messages of every topic: how an outbox record becomes one, and the schemas both sides check them with. */
import { z } from 'zod';
import { TOPICS, type TopicName } from '../names.js';
import { FAILURE_CODES, LIMITS, ORDER_STATUSES } from '../order.js';
import type { OutboxRecord } from '../outbox/record.js';
import type { KafkaRecord } from './port.js';

/** Raised only by a change that an older reader cannot take; new fields are added without raising it. */
export const SCHEMA_VERSION = 1;

const currency = z.string().regex(/^[A-Z]{3}$/);
const minor = z.int().positive();

/** Unknown fields are dropped, so that a newer producer of the same major version is understood. */
const envelope = z.object({
  /** `<orderId>-<orderVersion>`: the same however often and by whichever relay the event is published. */
  eventId: z.string().min(1),
  type: z.string().min(1),
  schemaVersion: z.literal(SCHEMA_VERSION),
  orderVersion: z.int().positive(),
  occurredAt: z.iso.datetime(),
});

/** `orders.reservations`: what `consume` needs to find the order and to start its saga. */
export const reservationEventSchema = envelope.extend({
  orderId: z.uuid(),
  reservationId: z.uuid(),
  userId: z.string().min(1).max(LIMITS.userIdLength),
  productId: z.string().min(1).max(LIMITS.productIdLength),
  quantity: z.int().positive(),
  priceMinor: minor,
  totalMinor: minor,
  currency,
  reservedAt: z.iso.datetime(),
});
export type ReservationEvent = z.output<typeof reservationEventSchema>;

/** `orders.created`, `orders.confirmed`, `orders.failed` and `order.progress`: one shape for all. */
export const orderEventSchema = envelope.extend({
  orderId: z.uuid(),
  userId: z.string().min(1),
  productId: z.string().min(1),
  quantity: z.int().positive(),
  priceMinor: minor,
  totalMinor: minor,
  currency,
  status: z.enum(ORDER_STATUSES),
  failureCode: z.enum(FAILURE_CODES).nullable(),
});
export type OrderEventMessage = z.output<typeof orderEventSchema>;

/** The one id of an event in all topics: repeats are recognised by it. */
export function messageEventId(orderId: string, version: number): string {
  return `${orderId}-${version}`;
}

/** One message per topic of the record, keyed by order so that one partition has all of an order's messages. */
export function toKafkaRecords(record: OutboxRecord): KafkaRecord[] {
  const headers = traceHeaders(record.data);
  return record.topics.map((topic) => {
    const value = JSON.stringify(toMessage(topic, record));
    return headers ? { topic, key: record.orderId, value, headers } : { topic, key: record.orderId, value };
  });
}

function toMessage(topic: TopicName, { orderId, version, type, occurredAt, order }: OutboxRecord) {
  const at = occurredAt.toISOString();
  // Written out twice: copying a shared head into each message took longer than all the rest of it.
  if (topic === TOPICS.reservations) {
    return {
      eventId: messageEventId(orderId, version),
      type,
      schemaVersion: SCHEMA_VERSION,
      orderVersion: version,
      occurredAt: at,
      orderId,
      reservationId: order.reservationId,
      userId: order.userId,
      productId: order.productId,
      quantity: order.quantity,
      priceMinor: order.unitPrice.amountMinor,
      totalMinor: order.amount.amountMinor,
      currency: order.unitPrice.currency,
      reservedAt: at,
    } satisfies ReservationEvent;
  }
  return {
    eventId: messageEventId(orderId, version),
    type,
    schemaVersion: SCHEMA_VERSION,
    orderVersion: version,
    occurredAt: at,
    orderId,
    userId: order.userId,
    productId: order.productId,
    quantity: order.quantity,
    priceMinor: order.unitPrice.amountMinor,
    totalMinor: order.amount.amountMinor,
    currency: order.unitPrice.currency,
    status: order.status,
    failureCode: order.failureCode,
  } satisfies OrderEventMessage;
}

/** The trace of the request that caused the event travels in headers, where tracing tools look for it. */
function traceHeaders(data: unknown): KafkaRecord['headers'] {
  if (typeof data !== 'object' || data === null || !('traceparent' in data)) return undefined;
  return typeof data.traceparent === 'string' ? { traceparent: data.traceparent } : undefined;
}

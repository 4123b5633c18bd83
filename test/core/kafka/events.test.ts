import { describe, expect, it } from 'vitest';
import { orderEventSchema, reservationEventSchema, toKafkaRecords } from '../../../src/core/kafka/events.js';
import { TOPICS } from '../../../src/core/names.js';
import { outboxRecord } from '../../support/outbox-record.js';

describe('toKafkaRecords', () => {
  it('writes a reservation with all that consume and its readers need', () => {
    const record = outboxRecord({ occurredAt: new Date('2030-01-02T03:04:05.678Z') });
    const [message] = toKafkaRecords(record);
    expect(message).toMatchObject({ topic: TOPICS.reservations, key: record.orderId });
    const event = reservationEventSchema.parse(JSON.parse(String(message?.value)));
    expect(event).toEqual({
      eventId: `${record.orderId}-1`,
      type: 'PENDING',
      schemaVersion: 1,
      orderVersion: 1,
      occurredAt: '2030-01-02T03:04:05.678Z',
      orderId: record.orderId,
      reservationId: record.order.reservationId,
      userId: 'buyer',
      productId: 'tee',
      quantity: 2,
      priceMinor: 4_990,
      totalMinor: 9_980,
      currency: 'EUR',
      reservedAt: '2030-01-02T03:04:05.678Z',
    });
  });

  it('gives one event the same id in every topic it goes to', () => {
    const record = outboxRecord({ version: 2, type: 'TRACKED', topics: [TOPICS.created, TOPICS.progress] });
    const events = toKafkaRecords(record).map(({ value }) =>
      orderEventSchema.parse(JSON.parse(String(value))),
    );
    expect(events.map((event) => event.eventId)).toEqual([`${record.orderId}-2`, `${record.orderId}-2`]);
  });

  it('makes nothing of an event that is for the timeline only', () => {
    expect(toKafkaRecords(outboxRecord({ topics: [] }))).toEqual([]);
  });

  it('sends the trace of the request along as a header', () => {
    const [message] = toKafkaRecords(outboxRecord({ data: { traceparent: '00-ab-cd-01' } }));
    expect(message?.headers).toEqual({ traceparent: '00-ab-cd-01' });
  });

  it('understands a newer event of the same major version', () => {
    const [message] = toKafkaRecords(outboxRecord());
    const newer = { ...(JSON.parse(String(message?.value)) as object), giftWrap: true };
    expect(reservationEventSchema.safeParse(newer).success).toBe(true);
  });
});

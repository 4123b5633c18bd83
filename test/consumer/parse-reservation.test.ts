import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReservation } from '../../src/consumer/parse-reservation.js';
import { toKafkaRecords } from '../../src/core/kafka/events.js';
import { outboxRecord } from '../support/outbox-record.js';

const good = () => JSON.parse(String(toKafkaRecords(outboxRecord())[0]?.value)) as Record<string, unknown>;
const parse = (value: unknown) => parseReservation(Buffer.from(JSON.stringify(value)));

describe('parseReservation', () => {
  it('reads what the relay writes', () => {
    const event = good();
    expect(parse(event)).toEqual({ kind: 'reservation', event });
  });

  it('ignores fields it does not know', () => {
    expect(parse({ ...good(), giftWrap: true })).toMatchObject({ kind: 'reservation' });
  });

  it('leaves a newer major version to a newer consumer, whatever else is in it', () => {
    expect(parse({ schemaVersion: 2, everything: 'else' })).toEqual({ kind: 'newer', schemaVersion: 2 });
  });

  it.each([
    ['no bytes', null],
    ['empty bytes', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
    ['bytes that are not text', Buffer.from([0xff, 0xfe, 0])],
  ])('calls %s NOT_JSON', (_name, value) => {
    expect(parseReservation(value)).toMatchObject({ kind: 'bad', reason: 'NOT_JSON' });
  });

  it.each([
    ['a missing order id', { ...good(), orderId: undefined }],
    ['an order id that is no UUID', { ...good(), orderId: 'order-1' }],
    ['a fractional quantity', { ...good(), quantity: 1.5 }],
    ['a price as text', { ...good(), priceMinor: '4990' }],
    ['a user id that is too long', { ...good(), userId: 'u'.repeat(300) }],
    ['a version that is no number', { ...good(), schemaVersion: '1' }],
    ['an older version that never was', { ...good(), schemaVersion: 0 }],
    ['null', null],
    ['a list', []],
  ])('calls %s INVALID and says why', (_name, value) => {
    const parsed = parse(value);
    expect(parsed).toMatchObject({ kind: 'bad', reason: 'INVALID' });
    expect(parsed.kind === 'bad' && parsed.detail.length > 0).toBe(true);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseReservation(Buffer.from(bytes))));
    fc.assert(fc.property(fc.json(), (json) => void parseReservation(Buffer.from(json))));
  });
});

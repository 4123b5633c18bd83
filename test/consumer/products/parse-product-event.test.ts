import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProductEvent } from '../../../src/consumer/products/parse-product-event.js';

const good = {
  productId: 'tee',
  name: 'T-Shirt',
  price: '49.90',
  eventType: 'PRICE_UPDATED',
  active: true,
  occurredAt: '2026-11-27T08:00:00.5+01:00',
};
const parse = (value: unknown) => parseProductEvent(Buffer.from(JSON.stringify(value)));
const eventOf = (json: string) => {
  const parsed = parseProductEvent(Buffer.from(json));
  if (parsed.kind !== 'event') throw new Error(JSON.stringify(parsed));
  return parsed.event;
};

describe('parseProductEvent', () => {
  it('reads all fields, and leaves out what is not said', () => {
    expect(parse(good)).toMatchObject({
      kind: 'event',
      event: {
        productId: 'tee',
        name: 'T-Shirt',
        price: { text: '49.90', currency: undefined },
        eventType: 'PRICE_UPDATED',
        active: true,
        occurredAt: new Date('2026-11-27T07:00:00.500Z'),
      },
    });
    const { active: _active, name: _name, ...bare } = good;
    expect(parse({ ...bare, currency: 'eur', unknown: 1 })).toMatchObject({
      event: { active: undefined, name: undefined, price: { currency: 'EUR' } },
    });
  });

  it('keeps the digits of a price that is a JSON number', () => {
    const text = JSON.stringify(good);
    const written = (price: string) => eventOf(text.replace('"49.90"', price)).price?.text;
    expect(written('49.90')).toBe('49.90');
    expect(written('49.900000000000000001')).toBe('49.900000000000000001');
    expect(written('4.99e1')).toBe('4.99e1');
  });

  it('tells a repeated event from another one', () => {
    const { digest } = eventOf(JSON.stringify(good));
    expect(eventOf(JSON.stringify({ ...good, extra: 1 })).digest).toBe(digest);
    for (const change of [{ price: '49.91' }, { active: false }, { name: 'Tee' }, { eventType: 'CREATED' }]) {
      expect(eventOf(JSON.stringify({ ...good, ...change })).digest).not.toBe(digest);
    }
  });

  it('reads DEACTIVATED whatever its price and name are', () => {
    for (const broken of [
      { price: 'free', name: 7 },
      { price: null, name: 'x'.repeat(1_000) },
      { price: undefined },
    ]) {
      expect(parse({ ...good, eventType: 'DEACTIVATED', ...broken })).toMatchObject({
        kind: 'event',
        event: { eventType: 'DEACTIVATED', price: undefined, name: undefined },
      });
    }
  });

  it('leaves a newer major version to a newer consumer', () => {
    expect(parse({ schemaVersion: 2, everything: 'else' })).toEqual({ kind: 'newer', schemaVersion: 2 });
    expect(parse({ ...good, schemaVersion: 1 })).toMatchObject({ kind: 'event' });
  });

  it.each([
    ['no bytes', null],
    ['text', Buffer.from('hello')],
    ['NaN', Buffer.from(JSON.stringify(good).replace('"49.90"', 'NaN'))],
  ])('calls %s NOT_JSON', (_name, value) => {
    expect(parseProductEvent(value)).toMatchObject({ kind: 'bad', reason: 'NOT_JSON' });
  });

  it.each([
    ['an event type nobody knows', { eventType: 'RENAMED' }],
    ['no product', { productId: undefined }],
    ['a product id with braces', { productId: 'a{b}' }],
    ['no price', { price: undefined }],
    ['a price that is an object', { price: { amount: 1 } }],
    ['an endless price', { price: '1'.repeat(100) }],
    ['a time without zone', { occurredAt: '2026-11-27T08:00:00' }],
    ['a time that is a number', { occurredAt: 1_795_000_000 }],
    ['an empty time of long ago', { occurredAt: '0001-01-01T00:00:00Z' }],
    ['a day that there is not', { occurredAt: '2026-02-30T00:00:00Z' }],
    ['active as text', { active: 'true' }],
    ['a name with U+0000', { name: 'a\u0000b' }],
    ['a name that is too long', { name: 'n'.repeat(201) }],
    ['a currency of four letters', { currency: 'EURO' }],
  ])('calls %s INVALID and says why', (_name, change) => {
    const parsed = parse({ ...good, ...change });
    expect(parsed).toMatchObject({ kind: 'bad', reason: 'INVALID' });
    expect(parsed.kind === 'bad' && parsed.detail.length > 0).toBe(true);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseProductEvent(Buffer.from(bytes))));
    fc.assert(fc.property(fc.json(), (json) => void parseProductEvent(Buffer.from(json))));
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (price, occurredAt) => {
        parse({ ...good, price, occurredAt });
      }),
    );
  });
});

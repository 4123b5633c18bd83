import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshReservationId, keyedReservationId } from '../../../src/server/accept/reservation-id.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a reservation id', () => {
  it('is always the same for one tenant, user and key, across releases of this product', () => {
    expect(keyedReservationId('', 'ada', 'key-1')).toBe('c4596938-23cd-572c-9afe-86c6e5e5971f');
  });

  it('is a UUIDv5 that differs whenever tenant, user or key differ, wherever their borders lie', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 12 });
    const triple = fc.tuple(part, part, part);
    fc.assert(
      fc.property(triple, triple, (one, other) => {
        const [id, otherId] = [keyedReservationId(...one), keyedReservationId(...other)];
        expect(UUID.exec(id)?.[1]).toBe('5');
        expect(id === otherId).toBe(one.every((text, n) => text === other[n]));
      }),
    );
    expect(keyedReservationId('', 'a', 'bc')).not.toBe(keyedReservationId('', 'ab', 'c'));
    expect(keyedReservationId('a', '', 'b')).not.toBe(keyedReservationId('', 'a', 'b'));
  });

  it('is a UUIDv7 that grows with time when there is no key', async () => {
    const first = freshReservationId();
    expect(UUID.exec(first)?.[1]).toBe('7');
    await new Promise((resolve) => setImmediate(resolve));
    const time = parseInt(first.replaceAll('-', '').slice(0, 12), 16);
    expect(Math.abs(time - Date.now())).toBeLessThan(1_000);
    const many = Array.from({ length: 1_000 }, freshReservationId);
    expect(new Set(many).size).toBe(1_000);
  });
});

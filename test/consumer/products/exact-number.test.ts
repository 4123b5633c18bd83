import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactNumber } from '../../../src/consumer/products/exact-number.js';

describe('exactNumber', () => {
  it.each([
    ['{"price":49.90}', '49.90'],
    ['{"price": 49.900000000000000001 }', '49.900000000000000001'],
    ['{"price":4.99e1}', '4.99e1'],
    ['{"price":-5}', '-5'],
    ['{"price":12345678901234567890}', '12345678901234567890'],
    ['{"other":{"price":1},"price":2,"list":[3]}', '2'],
    ['{"price":1,"price":2}', '2'],
    [String.raw`{"name":"\"price\":7, \\","price":2}`, '2'],
    ['{"pri\\u0063e":3.50}', '3.50'],
  ])('reads %s as it was written', (json, digits) => {
    expect(exactNumber(json, 'price')).toBe(digits);
  });

  it('finds the number in any object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer(), (others, price) => {
        expect(exactNumber(JSON.stringify({ ...others, price }), 'price')).toBe(String(price));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { formatMoney, multiplyMoney, parseMoney } from '../../src/core/money.js';

describe('parseMoney', () => {
  it('reads an amount and its currency on either side', () => {
    expect(parseMoney('49.90 EUR')).toEqual({ amountMinor: 4990, currency: 'EUR' });
    expect(parseMoney('EUR 49.9')).toEqual({ amountMinor: 4990, currency: 'EUR' });
    expect(parseMoney('49', 'USD')).toEqual({ amountMinor: 4900, currency: 'USD' });
  });

  it('knows how many decimals each currency has', () => {
    expect(parseMoney('500 JPY')).toEqual({ amountMinor: 500, currency: 'JPY' });
    expect(parseMoney('1.234 KWD')).toEqual({ amountMinor: 1234, currency: 'KWD' });
  });

  it.each([
    '19.999 EUR',
    '5.5 JPY',
    '-1 EUR',
    '0 EUR',
    '0.00 EUR',
    '1e3 EUR',
    '12',
    'EUR',
    '1 ZZQ',
    '1,50 EUR',
    'EUR 1 EUR',
    'NaN EUR',
  ])('refuses %s instead of rounding or guessing', (text) => {
    expect(() => parseMoney(text)).toThrow(AppError);
  });

  it('gives back exactly what it printed, for every amount', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000_000_000 }),
        fc.constantFrom('EUR', 'JPY', 'KWD'),
        (amountMinor, currency) => {
          expect(parseMoney(formatMoney({ amountMinor, currency }))).toEqual({ amountMinor, currency });
        },
      ),
    );
  });
});

describe('multiplyMoney', () => {
  it('stays exact at the largest price and quantity allowed', () => {
    const total = multiplyMoney({ amountMinor: 100_000_000_000, currency: 'EUR' }, 10_000);
    expect(Number.isSafeInteger(total.amountMinor)).toBe(true);
    expect(BigInt(total.amountMinor)).toBe(100_000_000_000n * 10_000n);
  });
});

import { describe, expect, it } from 'vitest';
import { parseSaleTime, parseUnits, readTermsChange } from '../../../src/cli/sale/terms.js';

describe('a time of a sale', () => {
  it.each([
    ['2030-11-29T09:00:00Z', '2030-11-29T09:00:00.000Z'],
    ['2030-11-29T09:00:00+01:00', '2030-11-29T08:00:00.000Z'],
    ['2030-11-29 09:00-05:00', '2030-11-29T14:00:00.000Z'],
    ['2030-11-29T09:00:00.250z', '2030-11-29T09:00:00.250Z'],
  ])('is read with its zone: %s', (text, iso) => {
    expect(parseSaleTime(text)).toEqual(new Date(iso));
  });

  it('is none, or so long from now', () => {
    expect(parseSaleTime('none')).toBe('none');
    expect(parseSaleTime('+10m')).toEqual({ inMs: 600_000 });
  });

  it.each([
    '2030-11-29T09:00:00',
    '2030-11-29',
    'tomorrow',
    '',
    '2030-13-29T09:00:00Z',
    '1970-01-01T00:00:00Z',
    '2300-01-01T00:00:00Z',
    '+soon',
    '+-5m',
    'NONE',
  ])('is refused without a zone or beyond reason: "%s"', (text) => {
    expect(() => parseSaleTime(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('a limit', () => {
  it('is a whole number of units, or none', () => {
    expect([parseUnits('1'), parseUnits('1000000000'), parseUnits('none')]).toEqual([
      1,
      1_000_000_000,
      'none',
    ]);
  });

  it.each(['0', '-1', '1.5', '1000000001', '', 'two'])('is not "%s"', (text) => {
    expect(() => parseUnits(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('a change of terms', () => {
  it('holds what was given and nothing else, and null where it was taken away', () => {
    const options = { maxPerOrder: 3, closesAt: 'none', color: true, json: true } as const;
    expect(readTermsChange(options)).toEqual({ maxPerOrder: 3, closesAt: null });
  });

  it('is a mistake without any', () => {
    expect(() => readTermsChange({})).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit, formatCount, formatMs, formatRate } from '../../../../src/cli/top/format/numbers.js';

describe('numbers', () => {
  it.each([
    [0, 7, '      0'],
    [4_812, 7, '  4 812'],
    [1_234_567, 7, ' 1.2M'.padStart(7)],
    [48_123, 5, '48.1k'],
    [999_999, 4, '1.0M'],
    [null, 3, '  -'],
    [1_234_567, undefined, '1 234 567'],
  ])('%s in %s characters is "%s"', (value, width, text) => {
    expect(formatCount(value, width)).toBe(text);
  });

  it('never change their width, so that columns stand still', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_000_000_000 }),
        fc.integer({ min: 4, max: 12 }),
        (value, width) => {
          expect(formatCount(value, width)).toHaveLength(width);
          expect(formatRate(value / 7, width)).toHaveLength(width);
          expect(formatMs(Math.min(value, 9_999_000), 6)).toHaveLength(6);
        },
      ),
    );
  });

  it.each([
    [0, '0'],
    [0.01, '<.1'],
    [0.333, '0.3'],
    [9.96, '10'],
    [612.4, '612'],
    [null, '-'],
  ])('a rate of %s is shown as %s', (perSecond, text) => {
    expect(formatRate(perSecond)).toBe(text);
  });

  it.each([
    [5, '5ms'],
    [1_500, '1.5s'],
    [120_000, '120s'],
  ])('%s ms are shown as %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text);
  });
});

describe('text that must fit', () => {
  it('is cut with a mark, padded, or left', () => {
    expect([fit('abcdef', 4), fit('ab', 4), fit('abcd', 4), fit('abcdef', 4, '~')]).toEqual([
      'abc…',
      'ab  ',
      'abcd',
      'abc~',
    ]);
  });
});

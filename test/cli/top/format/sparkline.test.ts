import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar, samplesIn, sparkline } from '../../../../src/cli/top/format/sparkline.js';

describe('sparklines', () => {
  it('are scaled from zero to the largest sample, newest on the right', () => {
    expect(sparkline([0, 1, 2, 4, 8], 5, 'block')).toBe('▁▂▃▅█');
    expect(sparkline([0, 1, 2, 4, 8], 5, 'ascii')).toBe('_.:=#');
  });

  it('pack two samples into one column of braille', () => {
    expect(samplesIn(10, 'braille')).toBe(20);
    expect(sparkline([0, 4, 4, 0], 2, 'braille')).toBe('⣸⣇');
  });

  it('show even a little among a lot', () => {
    expect(sparkline([1, 1_000_000], 2, 'block')).toBe('▂█');
  });

  it('are blank where there are no samples yet, and flat where nothing happens', () => {
    expect(sparkline([3], 4, 'block')).toBe('   █');
    expect(sparkline([0, 0, 0], 3, 'block')).toBe('▁▁▁');
  });

  it('always have their width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat()),
        fc.integer({ min: 1, max: 80 }),
        fc.constantFrom('block' as const, 'braille' as const, 'ascii' as const),
        (samples, width, style) => {
          expect(sparkline(samples, width, style)).toHaveLength(width);
        },
      ),
    );
  });
});

describe('bars', () => {
  it('are full only for all and empty only for nothing', () => {
    expect([bar(0, 4, 'ascii'), bar(0.001, 4, 'ascii'), bar(0.999, 4, 'ascii'), bar(1, 4, 'ascii')]).toEqual([
      '....',
      '#...',
      '###.',
      '####',
    ]);
  });
});

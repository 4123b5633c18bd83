import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addHistograms,
  LATENCY_BOUNDS_MS,
  latencyBound,
  percentileOf,
} from '../../../src/core/stats/latency-buckets.js';

const histogramOf = (times: readonly number[]) => {
  const histogram: Record<string, number> = {};
  for (const ms of times) histogram[latencyBound(ms)] = (histogram[latencyBound(ms)] ?? 0) + 1;
  return histogram;
};

describe('latency histograms', () => {
  it('never understate a percentile, and overstate it by no more than one bucket', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60_000 }), { minLength: 1 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (times, share) => {
          const sorted = times.toSorted((a, b) => a - b);
          const exact = sorted[Math.ceil(times.length * share) - 1] ?? 0;
          expect(percentileOf(histogramOf(times), share)).toBe(latencyBound(exact));
          expect(latencyBound(exact)).toBeGreaterThanOrEqual(exact);
        },
      ),
    );
  });

  it('of replicas add up to the histogram of all their observations', () => {
    const [a, b] = [
      [1, 2, 700],
      [2, 90_000],
    ];
    expect(addHistograms([histogramOf(a), histogramOf(b)])).toEqual(histogramOf([...a, ...b]));
  });

  it('count a negative time, of clocks that differ, as the fastest and an endless one as the slowest', () => {
    expect(latencyBound(-5)).toBe(1);
    expect(latencyBound(Number.MAX_SAFE_INTEGER)).toBe(LATENCY_BOUNDS_MS.at(-1));
  });

  it('know no percentile of nothing', () => {
    expect(percentileOf({}, 0.5)).toBeUndefined();
  });
});

/** Times of many requests, kept as a histogram: exact to three digits, constant in size. */
import { createHistogram } from 'node:perf_hooks';

export interface Latency {
  record(ms: number): void;
  /** In milliseconds with two decimals; null before anything was recorded. @param share 0.5 for the median */
  percentile(share: number): number | null;
  count(): number;
}

export function createLatency(): Latency {
  const histogram = createHistogram({ figures: 3 });
  return {
    // Whole microseconds: the histogram takes integers from 1.
    record: (ms) => histogram.record(Math.max(1, Math.round(ms * 1_000))),
    percentile: (share) =>
      histogram.count === 0 ? null : Math.round(histogram.percentile(share * 100) / 10) / 100,
    count: () => histogram.count,
  };
}

/** Latency histograms that add up across replicas and seconds: fixed upper bounds in milliseconds. */

/**
 * Steps of about a fifth, so a percentile is never off by more; the last bound takes everything slower. Changing
 * them makes stored and new histograms hard to add.
 */
export const LATENCY_BOUNDS_MS = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40, 50, 60, 75, 90, 110, 135, 165, 200, 250, 300, 370, 450,
  550, 680, 820, 1_000, 1_250, 1_500, 1_800, 2_200, 2_700, 3_300, 4_000, 5_000, 6_000, 8_000, 10_000, 15_000,
  30_000, 60_000, 600_000, 3_600_000,
] as const;

/** Upper bound in ms → how many took at most that long and longer than the bound below. */
export type LatencyHistogram = Readonly<Record<string, number>>;

/** The bound under which a time is counted. @param ms negative ones (clocks apart) count as the fastest */
export function latencyBound(ms: number): number {
  let low = 0;
  let high = LATENCY_BOUNDS_MS.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms <= boundAt(middle)) high = middle;
    else low = middle + 1;
  }
  return boundAt(low);
}

/**
 * The time in ms that this share of the observations did not exceed, as the upper bound of its bucket.
 * @param share 0.5 for the median, 0.99 for p99
 * @returns undefined when nothing was observed
 */
export function percentileOf(histogram: LatencyHistogram, share: number): number | undefined {
  const buckets = Object.entries(histogram)
    .map(([bound, count]) => ({ bound: Number(bound), count }))
    .sort((a, b) => a.bound - b.bound);
  const total = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  let seen = 0;
  for (const bucket of buckets) {
    seen += bucket.count;
    if (bucket.count > 0 && seen >= total * share) return bucket.bound;
  }
  return undefined;
}

/** Adds histograms bound by bound: of replicas, of seconds. */
export function addHistograms(histograms: Iterable<LatencyHistogram>): LatencyHistogram {
  const sum: Record<string, number> = {};
  for (const histogram of histograms) {
    for (const [bound, count] of Object.entries(histogram)) sum[bound] = (sum[bound] ?? 0) + count;
  }
  return sum;
}

function boundAt(index: number): number {
  return LATENCY_BOUNDS_MS[index] ?? Number.POSITIVE_INFINITY;
}

/** Adds up what the roles did in each second: codes name events, whichever role saw them. */
import { addHistograms, type LatencyHistogram } from '../../../core/stats/latency-buckets.js';
import type { SecondCounts } from '../state/model.js';

interface RoleSecond {
  readonly second: Date;
  readonly counts: Readonly<Record<string, number>>;
  readonly latency: Readonly<Record<string, LatencyHistogram>>;
}

/** @returns one entry per second, ascending */
export function mergeRoles(rows: readonly RoleSecond[]): SecondCounts[] {
  const bySecond = new Map<number, SecondCounts>();
  for (const row of rows) {
    const second = Math.floor(row.second.getTime() / 1_000);
    const known = bySecond.get(second) ?? { second, counts: {}, latency: {} };
    bySecond.set(second, {
      second,
      counts: addHistograms([known.counts, row.counts]),
      latency: addMeasures(known.latency, row.latency),
    });
  }
  return [...bySecond.values()].sort((a, b) => a.second - b.second);
}

function addMeasures(known: SecondCounts['latency'], more: SecondCounts['latency']): SecondCounts['latency'] {
  const sum: Record<string, LatencyHistogram> = { ...known };
  for (const [measure, histogram] of Object.entries(more)) {
    sum[measure] = addHistograms([sum[measure] ?? {}, histogram]);
  }
  return sum;
}

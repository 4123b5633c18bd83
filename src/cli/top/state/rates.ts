/** Rates and percentiles from the seconds of role_stats, which add up over replicas and survive restarts. */
import { addHistograms, percentileOf } from '../../../core/stats/latency-buckets.js';
import { figureOf, FIGURES, type Figure } from './figures.js';
import type { SecondCounts, TopData } from './model.js';

/** A role writes a second within a second after its end: younger ones are not complete yet. */
const SETTLING_SECONDS = 2;
/** One second alone is too jumpy to read, ten too slow to react. */
export const RATE_WINDOW_SECONDS = 3;
const LATENCY_WINDOW_SECONDS = 10;

export type Rates = Readonly<Record<Figure, number>>;

export interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/**
 * The newest second that every role has had time to write, by Postgres's clock at its last answer: while Postgres is
 * away the last known rates stand, instead of falling to nothing. Unix seconds; none before the first answer.
 */
function newestSecond(data: TopData): number {
  return data.clock === null ? -Infinity : Math.floor(data.clock / 1_000) - SETTLING_SECONDS;
}

/** Events per second over the newest complete seconds; null before Postgres has answered. */
export function toRates(data: TopData): Rates | null {
  if (data.clock === null) return null;
  const totals = emptyRates();
  for (const [code, count] of countsIn(data, newestSecond(data), RATE_WINDOW_SECONDS)) {
    const figure = figureOf(code);
    if (figure) totals[figure] += count;
  }
  for (const figure of FIGURES) totals[figure] = perSecond(totals[figure]);
  return totals;
}

/** Where the window of the rates ends, in ms since 1970 by Postgres's clock; null before it has answered. */
export function rateWindowEnd(data: TopData): number | null {
  return data.clock === null ? null : (newestSecond(data) + 1) * 1_000;
}

/** Refusals per second by their code, most frequent first. */
export function toRefusals(data: TopData): readonly (readonly [code: string, rate: number])[] {
  const refusals = [...countsIn(data, newestSecond(data), RATE_WINDOW_SECONDS)].filter(([code]) => {
    const figure = figureOf(code);
    return figure === 'refused' || figure === 'shed';
  });
  return refusals.map(([code, count]) => [code, perSecond(count)] as const).sort((a, b) => b[1] - a[1]);
}

/** One figure per second for the last `length` complete seconds, oldest first: the samples of a sparkline. */
export function toSeries(data: TopData, figure: Figure, length: number): number[] {
  const newest = newestSecond(data);
  const series = new Array<number>(length).fill(0);
  for (const one of data.seconds) {
    const index = length - 1 - (newest - one.second);
    if (index < 0 || index >= length) continue;
    for (const [code, count] of Object.entries(one.counts)) {
      if (figureOf(code) === figure) series[index] = (series[index] ?? 0) + count;
    }
  }
  return series;
}

/** Percentiles of one measure as upper bounds of their buckets; null when nothing was measured lately. */
export function toPercentiles(data: TopData, measure: string): Percentiles | null {
  const seconds = secondsIn(data, newestSecond(data), LATENCY_WINDOW_SECONDS);
  const histogram = addHistograms(seconds.map((one) => one.latency[measure] ?? {}));
  const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((share) => percentileOf(histogram, share));
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined) return null;
  return { p50Ms, p95Ms, p99Ms };
}

/** Events of one figure in the newest `seconds` complete seconds. */
export function countOf(data: TopData, figure: Figure, seconds: number): number {
  let total = 0;
  for (const [code, count] of countsIn(data, newestSecond(data), seconds)) {
    if (figureOf(code) === figure) total += count;
  }
  return total;
}

/** Hundredths are plenty. */
function perSecond(count: number): number {
  return Math.round((count * 100) / RATE_WINDOW_SECONDS) / 100;
}

function emptyRates(): Record<Figure, number> {
  return {
    ...{ accepted: 0, refused: 0, shed: 0, published: 0, started: 0 },
    ...{ confirmed: 0, failed: 0, released: 0, retried: 0 },
  };
}

function secondsIn(data: TopData, newest: number, length: number): readonly SecondCounts[] {
  return data.seconds.filter((one) => one.second <= newest && one.second > newest - length);
}

function countsIn(data: TopData, newest: number, length: number): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const one of secondsIn(data, newest, length)) {
    for (const [code, count] of Object.entries(one.counts)) totals.set(code, (totals.get(code) ?? 0) + count);
  }
  return totals;
}

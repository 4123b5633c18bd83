/** What the roles counted while the sale ran: refusals, and how long a 202 took. */
import type { Db } from '../postgres/db.js';
import { findRefusalSeries } from '../postgres/report/find-refusal-series.js';
import type { Percentiles } from '../postgres/report/measure-order-times.js';
import { findFigureSpan, sumFigures, type FigureScope } from '../postgres/report/sum-figures.js';
import { sumLatencyByProduct, sumLatencyByTime } from '../postgres/report/sum-latency.js';
import { FIGURES_KEPT_SECONDS } from '../stats/figures-kept.js';
import { addHistograms, percentileOf, type LatencyHistogram } from '../stats/latency-buckets.js';
import { countByCode } from './order-figures.js';
import type { CodeCount } from './report.js';
import type { Division } from './stretches.js';

export interface ReadFigures {
  /** Product id → its refusals. */
  refusalsOf(productId: string): CodeCount[];
  /** Times that a key which was used again got its own order again. */
  repeatedOf(productId: string): number;
  /** Refused before a product was known. */
  readonly withoutProduct: CodeCount[];
  acceptOf(productId: string): Percentiles;
  readonly accept: LatencyHistogram;
  /** From here on figures are kept; null when that is before the sale. */
  readonly keptSince: Date | null;
}

const NO_PRODUCT = '';
const MEASURE = 'accept';

/**
 * @param sale when orders of these products were accepted
 * @param given when figures may be about this sale: also before its first order, and after its last
 */
export async function readFigures(
  db: Db,
  sale: FigureScope,
  given: FigureScope,
  now: Date,
): Promise<ReadFigures> {
  const figures = { ...given, since: wholeSecond(given.since) };
  const span = await findFigureSpan(db, figures);
  const around = {
    productIds: [NO_PRODUCT],
    since: earlier(wholeSecond(sale.since), span?.first ?? sale.since),
    until: later(sale.until, span?.last ?? sale.until),
  };
  const counts = (await sumFigures(db, figures)).filter(({ role }) => role === 'serve');
  const withoutProduct = (await sumFigures(db, around)).filter(({ role }) => role === 'serve');
  const latency = await sumLatencyByProduct(db, figures, MEASURE);
  const kept = new Date(now.getTime() - FIGURES_KEPT_SECONDS * 1_000);
  return {
    refusalsOf: (productId) =>
      countByCode(counts.filter((count) => count.productId === productId && isRefusal(count.code))),
    repeatedOf: (productId) =>
      counts.find((count) => count.productId === productId && count.code === 'repeated')?.count ?? 0,
    withoutProduct: countByCode(withoutProduct.filter(({ code }) => isRefusal(code))),
    acceptOf: (productId) => percentilesOf(latency.get(productId) ?? {}),
    accept: addHistograms(latency.values()),
    keptSince: sale.since < kept ? kept : null,
  };
}

export interface FigureSeries {
  readonly refusals: ReadonlyMap<number, number>;
  readonly accept: ReadonlyMap<number, LatencyHistogram>;
}

/** @param isWhole also requests that were refused before a product was known */
export async function readFigureSeries(
  db: Db,
  productIds: readonly string[],
  isWhole: boolean,
  { from, stretchSeconds, count }: Division,
): Promise<FigureSeries> {
  const until = new Date(from.getTime() + count * stretchSeconds * 1_000 - 1);
  const scope = { productIds, since: from, until };
  const refused = { ...scope, productIds: isWhole ? [...productIds, NO_PRODUCT] : productIds };
  return {
    refusals: await findRefusalSeries(db, refused, stretchSeconds),
    accept: await sumLatencyByTime(db, scope, MEASURE, stretchSeconds),
  };
}

export function percentilesOf(histogram: LatencyHistogram): Percentiles {
  return {
    p50Ms: percentileOf(histogram, 0.5) ?? null,
    p95Ms: percentileOf(histogram, 0.95) ?? null,
    p99Ms: percentileOf(histogram, 0.99) ?? null,
  };
}

/** Refusals bear the code of their answer, in capitals; everything else that roles count is in small letters. */
function isRefusal(code: string): boolean {
  return code === code.toUpperCase();
}

/** Figures bear the second in which they were counted: that of the first moment counts from its beginning. */
function wholeSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1_000) * 1_000);
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/** How fast each product goes, and when it will be gone. */
import type { StockLine, TopData } from './model.js';

export interface PacePoint {
  readonly at: number;
  readonly claimed: number;
}

const WINDOW_MS = 30_000;
/** At most one point a second, so that memory is the same at any interval. */
const APART_MS = 1_000;
/** Over less than this the pace of two batches would be taken for that of the sale. */
const LEAST_MS = 3_000;

/** Products that are gone from the stock are forgotten. */
export function nextPace(pace: TopData['pace'], stock: readonly StockLine[], at: number): TopData['pace'] {
  return Object.fromEntries(
    stock.map(({ productId, claimed }) => {
      const known = (pace[productId] ?? []).filter((point) => point.at >= at - WINDOW_MS);
      const last = known.at(-1);
      if (last && at - last.at < APART_MS) return [productId, known];
      return [productId, [...known, { at, claimed }]];
    }),
  );
}

/** Seconds until the units that are free now are claimed; null when none is, or none goes. */
export function secondsToZero(data: TopData, { productId, seeded, claimed }: StockLine): number | null {
  const first = data.pace[productId]?.[0];
  const last = data.pace[productId]?.at(-1);
  if (!first || !last || last.at - first.at < LEAST_MS) return null;
  const perSecond = ((last.claimed - first.claimed) * 1_000) / (last.at - first.at);
  const free = seeded - claimed;
  return perSecond <= 0 || free <= 0 ? null : Math.ceil(free / perSecond);
}

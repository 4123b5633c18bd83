/** Histograms of one measure, added up by product, and by stretches of equal length. */
import type { LatencyHistogram } from '../../stats/latency-buckets.js';
import type { Db } from '../db.js';
import type { FigureScope } from './sum-figures.js';
import { toSafeInteger } from '../to-safe-integer.js';

const HISTOGRAM = `
  select key, jsonb_object_agg(bound, n) as histogram from (
    select %key as key, h.key as bound, sum(h.value::bigint) as n
    from role_stats r, jsonb_each_text(r.latency -> $4) h
    where r.second between $2 and $3 and r.product_id = any($1::text[]) and r.latency ? $4
    group by 1, 2
  ) t group by 1 order by 1`;

/** @returns product id → histogram */
export async function sumLatencyByProduct(
  db: Db,
  { productIds, since, until }: FigureScope,
  measure: string,
): Promise<Map<string, LatencyHistogram>> {
  const { rows } = await db.query<{ key: string; histogram: LatencyHistogram }>(
    HISTOGRAM.replace('%key', 'r.product_id'),
    [productIds, since, until, measure],
  );
  return new Map(rows.map(({ key, histogram }) => [key, histogram]));
}

/** @returns number of the stretch, counted from `since` → histogram */
export async function sumLatencyByTime(
  db: Db,
  { productIds, since, until }: FigureScope,
  measure: string,
  stretchSeconds: number,
): Promise<Map<number, LatencyHistogram>> {
  const { rows } = await db.query<{ key: string; histogram: LatencyHistogram }>(
    HISTOGRAM.replace('%key', `floor(extract(epoch from r.second - $2::timestamptz) / $5::float8)::bigint`),
    [productIds, since, until, measure, stretchSeconds],
  );
  return new Map(rows.map(({ key, histogram }) => [toSafeInteger(key), histogram]));
}

/** Requests that were refused, by stretches of equal length. */
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';
import type { FigureScope } from './sum-figures.js';

/** @returns number of the stretch, counted from `since` → refusals in it */
export async function findRefusalSeries(
  db: Db,
  { productIds, since, until }: FigureScope,
  stretchSeconds: number,
): Promise<Map<number, number>> {
  const { rows } = await db.query<{ stretch: string; count: string }>(
    `select floor(extract(epoch from r.second - $2::timestamptz) / $4::float8)::bigint as stretch,
       sum(c.value::bigint) as count
     from role_stats r, jsonb_each_text(r.counts) c
     where r.second between $2 and $3 and r.product_id = any($1::text[]) and r.role = 'serve'
       and c.key = upper(c.key)
     group by 1`,
    [productIds, since, until, stretchSeconds],
  );
  return new Map(rows.map(({ stretch, count }) => [toSafeInteger(stretch), toSafeInteger(count)]));
}

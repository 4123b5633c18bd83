/** The per-second figures of the roles, added up over a stretch of time. */
import type { Role } from '../../names.js';
import type { Db } from '../db.js';
import { toSafeInteger } from '../to-safe-integer.js';

export interface FigureScope {
  readonly productIds: readonly string[];
  readonly since: Date;
  readonly until: Date;
}

export interface FigureSum {
  /** Empty: figures of no product. */
  readonly productId: string;
  readonly role: Role;
  readonly code: string;
  readonly count: number;
}

/** When the first and the last figures of these products are from; null when there are none. */
export async function findFigureSpan(
  db: Db,
  { productIds, since, until }: FigureScope,
): Promise<{ readonly first: Date; readonly last: Date } | null> {
  const { rows } = await db.query<{ first: Date | null; last: Date | null }>(
    `select min(second) as first, max(second) as last from role_stats
     where second between $2 and $3 and product_id = any($1::text[]) and role = 'serve'`,
    [productIds, since, until],
  );
  const { first = null, last = null } = rows[0] ?? {};
  return first === null || last === null ? null : { first, last };
}

/** @param productIds `''` among them asks for the figures of no product */
export async function sumFigures(db: Db, { productIds, since, until }: FigureScope): Promise<FigureSum[]> {
  const { rows } = await db.query<{ product_id: string; role: Role; code: string; count: string }>(
    `select r.product_id, r.role, c.key as code, sum(c.value::bigint) as count
     from role_stats r, jsonb_each_text(r.counts) c
     where r.second between $2 and $3 and r.product_id = any($1::text[])
     group by 1, 2, 3`,
    [productIds, since, until],
  );
  return rows.map(({ product_id: productId, role, code, count }) => ({
    productId,
    role,
    code,
    count: toSafeInteger(count),
  }));
}

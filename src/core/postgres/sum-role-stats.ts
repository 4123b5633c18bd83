/** The per-second figures of all replicas of a role, added up. */
import type { Role } from '../names.js';
import type { Db } from './db.js';

export interface RoleSecond {
  readonly second: Date;
  readonly role: Role;
  readonly counts: Readonly<Record<string, number>>;
  /** Measure → upper bound in ms → how often. */
  readonly latency: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface StatsFilter {
  /** How far back, by Postgres's clock. */
  readonly sinceSeconds: number;
  /** Only figures of this product; all of them, with and without product, when left out. */
  readonly productId?: string;
}

interface Row {
  readonly second: Date;
  readonly role: Role;
  readonly counts: Record<string, number>;
  readonly latency: Record<string, Record<string, number>>;
}

/** @returns oldest first; seconds in which nothing happened are absent */
export async function sumRoleStats(db: Db, filter: StatsFilter): Promise<RoleSecond[]> {
  const { rows } = await db.query<Row>({
    text: `select second, role, counts, latency from role_stats
           where second >= now() - $1 * interval '1 second' and ($2::text is null or product_id = $2)
           order by second, role`,
    values: [filter.sinceSeconds, filter.productId ?? null],
  });
  return addUp(rows);
}

/** Adds rows of the same second and role; rows come sorted by these. */
export function addUp(rows: readonly Row[]): RoleSecond[] {
  const sums: {
    second: Date;
    role: Role;
    counts: Record<string, number>;
    latency: Record<string, Record<string, number>>;
  }[] = [];
  for (const row of rows) {
    let sum = sums.at(-1);
    if (sum?.second.getTime() !== row.second.getTime() || sum.role !== row.role) {
      sum = { second: row.second, role: row.role, counts: {}, latency: {} };
      sums.push(sum);
    }
    addTo(sum.counts, row.counts);
    for (const [measure, histogram] of Object.entries(row.latency))
      addTo((sum.latency[measure] ??= {}), histogram);
  }
  return sums;
}

function addTo(sum: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [key, count] of Object.entries(more)) sum[key] = (sum[key] ?? 0) + count;
}

/** Writes the per-second figures of one replica. */
import type { Role } from '../names.js';
import type { Db } from './db.js';

export interface RoleStatsRow {
  readonly role: Role;
  /** Tells replicas of a role apart. */
  readonly replica: string;
  /** Empty for figures of no product. */
  readonly productId: string;
  /** The whole second in which it happened. */
  readonly second: Date;
  /** Code → how often, such as `{accepted: 12, SOLD_OUT: 3}`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Measure → upper bound in ms → how often, such as `{accept: {8: 10}}`. */
  readonly latency: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A row written before (its reply was lost) is passed over, so figures never count twice. */
export async function insertRoleStats(db: Db, rows: readonly RoleStatsRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db.query({
    name: 'insert_role_stats',
    text: `insert into role_stats (role, replica, product_id, second, counts, latency)
           select role, replica, product_id, second, counts::jsonb, latency::jsonb
           from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
             as t(role, replica, product_id, second, counts, latency)
           on conflict do nothing`,
    values: [
      rows.map((row) => row.role),
      rows.map((row) => row.replica),
      rows.map((row) => row.productId),
      rows.map((row) => row.second),
      rows.map((row) => JSON.stringify(row.counts)),
      rows.map((row) => JSON.stringify(row.latency)),
    ],
  });
}

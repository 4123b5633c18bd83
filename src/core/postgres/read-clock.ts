/** Postgres's own clock, by which rows were written: no two machines' clocks are compared. */
import type { Db } from './db.js';

export async function readClock(db: Db): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>('select clock_timestamp() as now');
  const row = rows[0];
  if (!row) throw new Error('select without from gave no row');
  return row.now;
}

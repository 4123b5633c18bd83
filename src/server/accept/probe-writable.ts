/** Asks Postgres whether orders could be saved now. */
import { AppError } from '../../core/errors.js';
import type { Db } from '../../core/postgres/db.js';

/** @throws AppError UNAVAILABLE when it does not answer, or is a replica in the middle of a failover */
export async function probeWritable(db: Db): Promise<void> {
  const { rows } = await db.query<{ read_only: string }>(
    `select current_setting('transaction_read_only') as read_only`,
  );
  if (rows[0]?.read_only !== 'off') throw new AppError('UNAVAILABLE', 'PostgreSQL is read-only');
}

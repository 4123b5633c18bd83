/** What `runMigrations` would apply. */
import { binaryVersion } from '../version.js';
import { assertNotTooNew, findAppliedMigrations } from './check-schema.js';
import type { Db } from './db.js';
import { readMigrations } from './read-migrations.js';

export interface PendingMigrations {
  /** Names, in order. */
  readonly pending: readonly string[];
  readonly alreadyApplied: number;
}

/** Works on an empty database too. @throws AppError SCHEMA_TOO_NEW */
export async function findPendingMigrations(db: Db): Promise<PendingMigrations> {
  const [applied, known] = await Promise.all([findAppliedMigrations(db), readMigrations()]);
  assertNotTooNew(applied, binaryVersion());
  const pending = known.map(({ name }) => name).filter((name) => !applied.some((row) => row.name === name));
  return { pending, alreadyApplied: known.length - pending.length };
}

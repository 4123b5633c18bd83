/** Refuses to work with a database that this binary does not fit: not migrated, or migrated past it. */
import { AppError } from '../errors.js';
import { binaryVersion } from '../version.js';
import { compareVersions } from './compare-versions.js';
import type { Db } from './db.js';
import { readMigrations, type Migration } from './read-migrations.js';

export interface AppliedMigration {
  readonly name: string;
  readonly sha256: string;
  readonly oldestBinary: string;
}

/**
 * Every role and command calls this before its first statement.
 * @throws AppError SCHEMA_MISSING when a migration of this binary is not applied, SCHEMA_TOO_NEW when an applied one
 *   names a newer oldest binary
 */
export async function checkSchema(db: Db): Promise<void> {
  const [applied, known] = await Promise.all([findAppliedMigrations(db), readMigrations()]);
  assertNotTooNew(applied, binaryVersion());
  const missing = known.filter((migration) => !applied.some((row) => row.name === migration.name));
  if (missing.length > 0) {
    throw new AppError(
      'SCHEMA_MISSING',
      `the database lacks ${missing.length} of ${known.length} migrations: ${namesOf(missing)}`,
      {
        hint: 'Run: ordersctl migrate',
        context: { missing: missing.map((migration) => migration.name) },
      },
    );
  }
}

/** What was applied so far, in order; empty for a database that was never migrated. */
export async function findAppliedMigrations(db: Db): Promise<AppliedMigration[]> {
  const { rows: found } = await db.query<{ present: boolean }>(
    `select to_regclass('schema_migrations') is not null as present`,
  );
  if (!found[0]?.present) return [];
  const { rows } = await db.query<{ name: string; sha256: string; oldest_binary: string }>(
    'select name, sha256, oldest_binary from schema_migrations order by name',
  );
  return rows.map((row) => ({ name: row.name, sha256: row.sha256, oldestBinary: row.oldest_binary }));
}

/** @throws AppError SCHEMA_TOO_NEW */
export function assertNotTooNew(applied: readonly AppliedMigration[], version: string): void {
  const tooNew = applied.find((row) => compareVersions(row.oldestBinary, version) > 0);
  if (!tooNew) return;
  throw new AppError(
    'SCHEMA_TOO_NEW',
    `the database was migrated to ${tooNew.name}, which needs ordersctl ${tooNew.oldestBinary} or newer; this is ${version}`,
    {
      hint: `Install ordersctl ${tooNew.oldestBinary} or newer`,
    },
  );
}

function namesOf(migrations: readonly Migration[]): string {
  return migrations.map((migration) => migration.name).join(', ');
}

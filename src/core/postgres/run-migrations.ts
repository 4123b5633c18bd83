/** Brings the database to the schema of this binary: forward only, safe from any number of processes at once. */
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { binaryVersion } from '../version.js';
import { assertNotTooNew, findAppliedMigrations } from './check-schema.js';
import type { Pool } from './create-pool.js';
import type { Db } from './db.js';
import { readMigrations, type Migration } from './read-migrations.js';
import { withTransaction } from './with-transaction.js';

export interface MigrationResult {
  /** Names of those applied now, in order. */
  readonly applied: string[];
  /** How many of this binary's migrations had been applied before. */
  readonly alreadyApplied: number;
}

/** Names the advisory lock; advisory locks are per database. */
const LOCK_KEY = 7_203_411;
/** Longest wait for another migrator to finish. */
const MIGRATOR_WAIT = '120s';
/** Longest wait for a table lock: behind a waiting ALTER TABLE every order waits too. */
const TABLE_LOCK_WAIT = '5s';

/**
 * Each migration is one transaction that takes the advisory lock, writes its version row first and then runs the
 * file, so a second migrator waits and then finds the row. Uses a lock that ends with the transaction, which also
 * holds behind a pooler in transaction mode.
 * @param pool with `statementTimeoutMs: 0` if a migration may take longer than a statement is otherwise allowed
 * @throws AppError SCHEMA_TOO_NEW, or CHECK_FAILED when an applied migration has another content in this binary
 */
export async function runMigrations(
  pool: Pool,
  log: Log,
  migrations?: readonly Migration[],
): Promise<MigrationResult> {
  const version = binaryVersion();
  const known = migrations ?? (await readMigrations());
  await withTransaction(pool, async (db) => {
    await lockMigrations(db);
    await db.query(`create table if not exists schema_migrations (
      name text primary key,
      sha256 text not null,
      oldest_binary text not null,
      applied_by text not null,
      applied_at timestamptz not null default now()
    )`);
  });
  const applied: string[] = [];
  for (const migration of known) {
    if (await applyOnce(pool, migration, version)) {
      applied.push(migration.name);
      log.info({ migration: migration.name }, 'migration applied');
    }
  }
  return { applied, alreadyApplied: known.length - applied.length };
}

/** @returns false when it had been applied before */
async function applyOnce(pool: Pool, migration: Migration, version: string): Promise<boolean> {
  return withTransaction(pool, async (db) => {
    await lockMigrations(db);
    const applied = await findAppliedMigrations(db);
    assertNotTooNew(applied, version);
    const before = applied.find((row) => row.name === migration.name);
    if (before && before.sha256 !== migration.sha256) {
      throw new AppError(
        'CHECK_FAILED',
        `migration ${migration.name} was changed after it had been applied`,
        {
          hint: 'An applied migration never changes: use the binary that applied it, or a newer one',
          context: { applied: before.sha256, carried: migration.sha256 },
        },
      );
    }
    if (before) return false;
    await db.query(
      'insert into schema_migrations (name, sha256, oldest_binary, applied_by) values ($1, $2, $3, $4)',
      [migration.name, migration.sha256, migration.oldestBinary, version],
    );
    await db.query(migration.sql);
    return true;
  });
}

async function lockMigrations(db: Db): Promise<void> {
  await db.query(`set local lock_timeout = '${MIGRATOR_WAIT}'`);
  await db.query('set local statement_timeout = 0');
  await db.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
  await db.query('set local statement_timeout = default');
  await db.query(`set local lock_timeout = '${TABLE_LOCK_WAIT}'`);
}

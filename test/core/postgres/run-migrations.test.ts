import { inject } from 'vitest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { checkSchema } from '../../../src/core/postgres/check-schema.js';
import { createPool, type Pool } from '../../../src/core/postgres/create-pool.js';
import { readMigrations, type Migration } from '../../../src/core/postgres/read-migrations.js';
import { runMigrations } from '../../../src/core/postgres/run-migrations.js';
import { binaryVersion } from '../../../src/core/version.js';
import { databaseUrlOf } from '../../support/database.js';
import '../../support/provided.js';
import { withAdmin } from '../../support/with-admin.js';

const log = createSilentLog();
const stack = inject('stack');
const database = `t_${stack.runId}_migrations`;
const pools: Pool[] = [];
let known: Migration[];

beforeAll(async () => {
  known = await readMigrations();
});
/** An empty database for each test. */
beforeEach(async () => {
  await withAdmin(stack, (client) => client.query(`create database ${database}`));
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  await withAdmin(stack, (client) => client.query(`drop database ${database} with (force)`));
});
afterAll(async () => {
  await withAdmin(stack, (client) => client.query(`drop database if exists ${database} with (force)`));
});

function open(): Pool {
  const pool = createPool({ url: databaseUrlOf(stack, database), applicationName: 'migrate', max: 2 }, log);
  pools.push(pool);
  return pool;
}

const migrationOf = (sql: string, oldestBinary = '0.0.1'): Migration => ({
  name: '9000-test',
  sql,
  sha256: sql,
  oldestBinary,
});

describe('migrate', () => {
  it('applies every migration once, and then has nothing to do', async () => {
    const pool = open();
    expect(await runMigrations(pool, log)).toEqual({
      applied: known.map(({ name }) => name),
      alreadyApplied: 0,
    });
    expect(await runMigrations(pool, log)).toEqual({ applied: [], alreadyApplied: known.length });
    const { rows } = await pool.query<{ name: string; sha256: string; applied_by: string }>(
      'select name, sha256, applied_by from schema_migrations order by name',
    );
    expect(rows.map((row) => row.name)).toEqual(known.map(({ name }) => name));
    expect(rows[0]).toMatchObject({ sha256: known[0]?.sha256, applied_by: binaryVersion() });
    await checkSchema(pool);
  });

  it('from three processes at once succeeds in all, each migration applied by one of them', async () => {
    const results = await Promise.all([open(), open(), open()].map((pool) => runMigrations(pool, log)));
    expect(results.flatMap((result) => result.applied).sort()).toEqual(known.map(({ name }) => name));
    for (const result of results) expect(result.applied.length + result.alreadyApplied).toBe(known.length);
  });

  it('leaves nothing of a migration that fails, and can be run again', async () => {
    const pool = open();
    await runMigrations(pool, log);
    const broken = migrationOf('create table half (); select 1 / 0;');
    await expect(runMigrations(pool, log, [...known, broken])).rejects.toThrow('division by zero');
    const { rows } = await pool.query<{ half: string | null; noted: boolean }>(
      `select to_regclass('half')::text as half, exists (select from schema_migrations where name = '9000-test') as noted`,
    );
    expect(rows[0]).toEqual({ half: null, noted: false });
    const mended = migrationOf('create table half ();');
    expect((await runMigrations(pool, log, [...known, mended])).applied).toEqual(['9000-test']);
  });

  it('refuses a migration whose content changed after it was applied', async () => {
    const pool = open();
    await runMigrations(pool, log);
    const [first, ...others] = known;
    if (!first) throw new Error('no migrations');
    await expect(runMigrations(pool, log, [{ ...first, sha256: 'other' }, ...others])).rejects.toMatchObject({
      code: 'CHECK_FAILED',
      message: expect.stringContaining(first.name) as string,
    });
  });

  it('refuses to touch a database that needs a newer binary', async () => {
    const pool = open();
    await runMigrations(pool, log, [...known, migrationOf('select 1', '99.0.0')]);
    await expect(runMigrations(pool, log)).rejects.toMatchObject({ code: 'SCHEMA_TOO_NEW' });
    await expect(checkSchema(pool)).rejects.toMatchObject({
      code: 'SCHEMA_TOO_NEW',
      hint: 'Install ordersctl 99.0.0 or newer',
    });
  });

  it('lets an older binary work on after a newer one migrated, while the newer allows it', async () => {
    const pool = open();
    await runMigrations(pool, log, [
      ...known,
      migrationOf('alter table orders add column later text', binaryVersion()),
    ]);
    await checkSchema(pool);
    expect(await runMigrations(pool, log)).toEqual({ applied: [], alreadyApplied: known.length });
  });
});

describe('a database that was not migrated', () => {
  it('is named so by the check and by any operation, with the command to run', async () => {
    const pool = open();
    const missing = { code: 'SCHEMA_MISSING', hint: 'Run: ordersctl migrate' };
    await expect(checkSchema(pool)).rejects.toMatchObject(missing);
    await expect(pool.query('select 1 from orders')).rejects.toMatchObject(missing);
    await expect(pool.query('select accept_orders()')).rejects.toMatchObject(missing);
    await runMigrations(pool, log, known.slice(0, 2));
    await expect(checkSchema(pool)).rejects.toMatchObject({
      ...missing,
      context: { missing: known.slice(2).map(({ name }) => name) },
    });
  });
});

describe('the migration files', () => {
  it('are numbered without gaps and name their oldest binary', () => {
    expect(known.map(({ name }) => name.slice(0, 4))).toEqual(
      known.map((_, index) => String(index + 1).padStart(4, '0')),
    );
    for (const migration of known) expect(migration.oldestBinary).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

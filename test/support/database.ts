/** Databases for tests: one migrated template per run, cloned for each space. */
import type pg from 'pg';
import { createSilentLog } from '../../src/core/log.js';
import { createPool } from '../../src/core/postgres/create-pool.js';
import { runMigrations } from '../../src/core/postgres/run-migrations.js';
import { withAdmin } from './with-admin.js';
import type { TestStack } from './provided.js';

const TEMPLATE_LOCK = 4_711;

export function databaseUrlOf(stack: TestStack, database: string): string {
  const url = new URL(stack.databaseUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** A database without tables while `work` runs; the server's own may have them, on a stack that people use. */
export async function withUnmigratedDatabase(
  stack: TestStack,
  name: string,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const database = `t_${stack.runId}_${name}_unmigrated`;
  await withAdmin(stack, (client) => client.query(`create database ${database}`));
  try {
    await work(databaseUrlOf(stack, database));
  } finally {
    await dropDatabase(stack, database, 5_000);
  }
}

/** The first caller of the run migrates the template; the others wait for it under an advisory lock. */
export async function createDatabaseFromTemplate(stack: TestStack, database: string): Promise<void> {
  const template = `t_${stack.runId}_template`;
  await withAdmin(stack, async (client) => {
    await client.query('select pg_advisory_lock($1, hashtext($2))', [TEMPLATE_LOCK, stack.runId]);
    const found = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (found.rowCount === 0) await makeTemplate(stack, client, template);
    await client.query(`create database ${database} template ${template}`);
  });
}

async function makeTemplate(stack: TestStack, client: pg.Client, template: string): Promise<void> {
  // Under another name until it is whole, so that a failed migration is tried again by the next file.
  const draft = `${template}_draft`;
  await client.query(`drop database if exists ${draft} with (force)`);
  await client.query(`create database ${draft}`);
  const log = createSilentLog();
  const pool = createPool(
    { url: databaseUrlOf(stack, draft), applicationName: 'ordersctl-test', max: 2 },
    log,
  );
  try {
    await runMigrations(pool, log);
  } finally {
    await pool.end();
  }
  await client.query(`alter database ${draft} rename to ${template}`);
}

/**
 * @param graceMs how long connections of processes just killed may take to vanish
 * @throws when connections remain, naming their applications; the database is dropped all the same
 */
export async function dropDatabase(stack: TestStack, database: string, graceMs: number): Promise<void> {
  await withAdmin(stack, async (client) => {
    const deadline = Date.now() + graceMs;
    const holders = async () =>
      (
        await client.query<{ who: string }>(
          'select application_name || $2 || pid as who from pg_stat_activity where datname = $1',
          [database, ' pid '],
        )
      ).rows.map((row) => row.who);
    let left = await holders();
    while (left.length > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      left = await holders();
    }
    await client.query(`drop database if exists ${database} with (force)`);
    if (left.length > 0) throw new Error(`connections left open to ${database}: ${left.join(', ')}`);
  });
}

/** The only place with begin, commit and rollback. */
import type { Pool } from './create-pool.js';
import type { Db } from './db.js';

/**
 * Runs `work` in one READ COMMITTED transaction on one connection: committed when it resolves, rolled back when it
 * rejects. A rollback that fails never hides the first error; its connection is closed instead of reused.
 * When the commit itself fails the outcome is unknown: do the work again under the same ids.
 */
export function withTransaction<T>(pool: Pool, work: (db: Db) => Promise<T>): Promise<T> {
  return run(pool, 'begin', work);
}

/**
 * Runs `work` on one snapshot: every statement sees the rows as they were at the first one, so figures of several
 * statements agree with each other. Nothing can be written in it.
 */
export function withSnapshot<T>(pool: Pool, work: (db: Db) => Promise<T>): Promise<T> {
  return run(pool, 'begin isolation level repeatable read read only', work);
}

async function run<T>(pool: Pool, begin: string, work: (db: Db) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let usable = true;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    usable = await client.query('rollback').then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    client.release(!usable);
  }
}

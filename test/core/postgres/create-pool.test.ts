import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { createPool } from '../../../src/core/postgres/create-pool.js';
import { withTransaction } from '../../../src/core/postgres/with-transaction.js';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';

let space: Space;
const log = createSilentLog();
beforeAll(async () => {
  space = await createSpace('pool');
});
afterAll(async () => {
  await space.close();
});

const pidOf = async (db: { query: Space['pool']['query'] }) =>
  (await db.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;

describe('a pool', () => {
  it('names itself and hands every limit to the server', async () => {
    const pool = createPool(
      {
        url: space.databaseUrl,
        applicationName: 'ordersctl-limits',
        statementTimeoutMs: 1_500,
        lockTimeoutMs: 700,
      },
      log,
    );
    try {
      const { rows } = await pool.query(
        `select current_setting('application_name') as name, current_setting('statement_timeout') as statement,
           current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle`,
      );
      expect(rows[0]).toEqual({ name: 'ordersctl-limits', statement: '1500ms', lock: '700ms', idle: '10s' });
    } finally {
      await pool.end();
    }
  });

  it('answers UNAVAILABLE when a statement or a lock takes too long, and works on', async () => {
    const pool = createPool(
      { url: space.databaseUrl, applicationName: 'x', max: 1, statementTimeoutMs: 100, lockTimeoutMs: 50 },
      log,
    );
    try {
      await expect(pool.query('select pg_sleep(5)')).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        retryable: true,
        context: { dependency: 'postgres', sqlState: '57014' },
      });
      await withTransaction(space.pool, async (db) => {
        await db.query('lock table sales');
        await expect(pool.query('lock table sales')).rejects.toMatchObject({
          context: { sqlState: '55P03' },
        });
      }).catch(() => undefined);
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await pool.end();
    }
  });

  it('survives the death of connections, idle and in use, and opens others', async () => {
    const pool = createPool({ url: space.databaseUrl, applicationName: 'doomed', max: 2 }, log);
    try {
      await pidOf(pool);
      const inUse = await pool.connect();
      await inUse.query('begin');
      const idle = await pidOf(pool);
      await space.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doomed'`,
      );
      await expect(inUse.query('select 1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      inUse.release(true);
      const again = await waitFor(() => pidOf(pool), { what: 'a new connection' });
      expect(again).not.toBe(idle);
    } finally {
      await pool.end();
    }
  });

  it('tells of a server that is not there, with what to check', async () => {
    const pool = createPool({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'x' }, log);
    await expect(pool.query('select 1')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      exitCode: 5,
      message: expect.stringContaining('ECONNREFUSED') as string,
      hint: expect.stringContaining('DATABASE_URL') as string,
    });
    await pool.end();
    await pool.end();
  });

  it('tells of a database that does not exist', async () => {
    const url = new URL(space.databaseUrl);
    url.pathname = '/no_such_database';
    const pool = createPool({ url: url.href, applicationName: 'x' }, log);
    await expect(pool.query('select 1')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      context: { sqlState: '3D000' },
    });
    await pool.end();
  });

  it('cuts a connection that a frozen server leaves silent, and opens another', async () => {
    const proxy = await createTcpProxy({
      host: new URL(space.databaseUrl).hostname,
      port: Number(new URL(space.databaseUrl).port),
    });
    const url = new URL(space.databaseUrl);
    url.port = String(proxy.port);
    const limits = { statementTimeoutMs: 200, idleTransactionTimeoutMs: 200 };
    const pool = createPool({ url: url.href, applicationName: 'frozen', max: 1, ...limits }, log);
    try {
      expect(await pidOf(pool)).toBeGreaterThan(0);
      proxy.hold();
      await expect(pool.query('select 1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect(proxy.fired).toBeGreaterThan(0);
      proxy.resume();
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await pool.end();
      await proxy.close();
    }
  });

  it('gives errors of a statement as they are', async () => {
    await expect(space.pool.query('select 1 / 0')).rejects.toMatchObject({ code: '22012' });
  });

  it('leaves bigints as text: nothing parses them behind our back', async () => {
    const { rows } = await space.pool.query('select 9007199254740993::bigint as n');
    expect(rows).toEqual([{ n: '9007199254740993' }]);
  });
});

describe('a transaction', () => {
  const count = async () =>
    Number((await space.pool.query<{ n: string }>('select count(*) as n from products')).rows[0]?.n);
  const insert = `insert into products (product_id, name) values (gen_random_uuid(), 'x')`;

  it('commits what its work did', async () => {
    const before = await count();
    expect(await withTransaction(space.pool, async (db) => (await db.query(insert)).rowCount)).toBe(1);
    expect(await count()).toBe(before + 1);
  });

  it('undoes everything when its work fails, and reports that failure', async () => {
    const before = await count();
    const failure = new Error('changed my mind');
    await expect(
      withTransaction(space.pool, async (db) => {
        await db.query(insert);
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await count()).toBe(before);
  });

  it('reports the first failure also when the rollback fails, and gives up that connection', async () => {
    const pool = createPool({ url: space.databaseUrl, applicationName: 'lost', max: 1 }, log);
    try {
      let pid: number | undefined;
      const work = withTransaction(pool, async (db) => {
        pid = await pidOf(db);
        await space.pool.query('select pg_terminate_backend($1)', [pid]);
        throw new Error('the first failure');
      });
      await expect(work).rejects.toThrow('the first failure');
      expect(await pidOf(pool)).not.toBe(pid);
    } finally {
      await pool.end();
    }
  });
});

import { inject, expect, it } from 'vitest';
import { createSilentLog } from '../../src/core/log.js';
import { createPool } from '../../src/core/postgres/create-pool.js';
import { createSpace } from './space.js';
import { withAdmin } from './with-admin.js';

it('gives each its own migrated database and prefix, and takes them away again', async () => {
  const [one, other] = await Promise.all([createSpace('one'), createSpace('other')]);
  expect(one.prefix).not.toBe(other.prefix);
  await one.pool.query('create table only_here ()');
  await expect(other.pool.query('select from only_here')).rejects.toThrow();
  expect((await one.pool.query('select from orders')).rowCount).toBe(0);
  await one.redis.set(`${one.prefix}:stock:{p}`, '1');

  await Promise.all([one.close(), other.close()]);
  const stack = inject('stack');
  const left = await withAdmin(stack, (client) =>
    client.query('select from pg_database where datname = $1', [one.prefix.replaceAll('-', '_')]),
  );
  expect(left.rowCount).toBe(0);
});

it('fails when somebody still holds a connection to its database, and names the holder', async () => {
  const space = await createSpace('leak');
  const pool = createPool(
    { url: space.databaseUrl, applicationName: 'forgetful', max: 1 },
    createSilentLog(),
  );
  await pool.query('select 1');
  await expect(space.close()).rejects.toThrow(/connections left open .*forgetful pid \d+/);
  await pool.end();
});

it('has a complete configuration, for code and for processes', async () => {
  const space = await createSpace('config');
  expect(space.config({ paymentDeadline: '2s' })).toMatchObject({
    prefix: space.prefix,
    paymentDeadline: 2_000,
    port: 0,
  });
  expect(space.environment).toMatchObject({
    ORDERSCTL_PREFIX: space.prefix,
    DATABASE_URL: space.databaseUrl,
    PORT: '0',
  });
  await space.close();
});

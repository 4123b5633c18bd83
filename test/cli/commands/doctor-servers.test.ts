/** What doctor says of each server, with faults that are made on purpose. */
import { ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { scheduleIdOf, SWEEPS } from '../../../src/core/sweeps/sweep-names.js';
import {
  createTemporalClient,
  type TemporalClient,
} from '../../../src/core/temporal/create-temporal-client.js';
import { ensureSchedules } from '../../../src/worker/schedules/ensure-schedules.js';
import type { Shop } from '../../core/catalog/shop.js';
import { startOwnRedis, type OwnRedis } from '../../support/own-redis.js';
import { waitFor } from '../../support/wait-for.js';
import { createDoctorStand, type DoctorStand } from './doctor-stand.js';

let shop: Shop;
let doctor: DoctorStand['doctor'];
let temporal: TemporalClient;
beforeAll(async () => {
  ({ shop, doctor } = await createDoctorStand('cli-doctor-servers'));
  temporal = await createTemporalClient(shop.space.config());
});
afterAll(async () => {
  await temporal.close();
  await shop.space.close();
});

describe('Redis', () => {
  let own: OwnRedis;
  beforeAll(async () => {
    own = await startOwnRedis();
  });
  afterAll(() => own.close());

  it('that evicts, keeps nothing and is nearly full is told with what mends it', async () => {
    const { createRedis, closeRedis } = await import('../../../src/core/redis/create-redis.js');
    const client = createRedis(
      { url: own.url, purpose: 'operator', applicationName: 'test' },
      shop.space.log,
    );
    try {
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await client.config('SET', 'maxmemory', '1mb');
      const bad = await doctor(['--only', 'redis'], EXIT.problem, { REDIS_URL: own.url });
      expect(bad.line('redis.eviction')).toMatchObject({
        status: 'failed',
        remedy: 'redis-cli -u "$REDIS_URL" config set maxmemory-policy noeviction',
      });
      expect(bad.line('redis.persistence')).toMatchObject({ status: 'warning' });
      expect(bad.line('redis.memory')).toMatchObject({ status: 'failed' });
      await client.config('SET', 'maxmemory-policy', 'noeviction');
      await client.config('SET', 'maxmemory', '0');
      await client.config('SET', 'appendonly', 'yes');
      await client.config('SET', 'appendfsync', 'no');
      const slack = await doctor(['--only', 'redis'], EXIT.ok, { REDIS_URL: own.url });
      expect(slack.line('redis.persistence').message).toContain('when the system likes');
      await client.config('SET', 'appendfsync', 'everysec');
      const good = await doctor(['--only', 'redis', '--strict'], EXIT.ok, { REDIS_URL: own.url });
      expect(good.line('redis.persistence').message).toBe('append-only file, fsync everysec');
    } finally {
      await closeRedis(client);
    }
  });
});

describe('Kafka', () => {
  it('without topics, and with fewer partitions than the setting says', async () => {
    const bare = await doctor(['--only', 'kafka'], EXIT.problem);
    expect(bare.line('kafka.topics')).toMatchObject({ status: 'failed', remedy: 'ordersctl migrate' });
    expect(bare.line('kafka.group').status).toBe('skipped');
    await shop.space.topics();
    const few = await doctor(['--only', 'kafka'], EXIT.problem, { ORDERSCTL_KAFKA_PARTITIONS: '5' });
    expect(few.line('kafka.topics').status).toBe('ok');
    expect(few.line('kafka.partitions').message).toContain('orders.reservations has 3');
    expect(few.line('kafka.dead-letter-size')).toMatchObject({
      status: 'ok',
      message: 'letters up to 2.0 MB',
    });
    expect(few.line('kafka.retention').message).toContain('dead letters 30d');
    expect(few.line('kafka.group')).toMatchObject({ status: 'failed', remedy: 'ordersctl consume' });
    expect((await doctor(['--only', 'kafka'], EXIT.problem)).line('kafka.partitions').status).toBe('ok');
  });
});

describe('PostgreSQL', () => {
  it('that lacks a migration skips what needs tables, and one that has a newer one is told', async () => {
    const { pool } = shop.space;
    const { rows } = await pool.query<{ row: string }>(
      `delete from schema_migrations where name like '0011-%' returning row_to_json(schema_migrations)::text as row`,
    );
    try {
      const report = await doctor(['--only', 'products'], EXIT.problem);
      expect(report.line('postgres.migrations')).toMatchObject({
        status: 'failed',
        message: expect.stringContaining('0011-') as string,
        remedy: 'ordersctl migrate',
      });
      expect(report.line('products.stock')).toMatchObject({
        status: 'skipped',
        message: expect.stringMatching(/^the database lacks 1 of \d+ migrations$/) as string,
      });
    } finally {
      await pool.query(
        'insert into schema_migrations select * from json_populate_record(null::schema_migrations, $1::json)',
        [rows[0]?.row],
      );
    }
    await pool.query(
      `insert into schema_migrations (name, sha256, oldest_binary, applied_by) values ('9999-later', 'x', '99.0.0', 'test')`,
    );
    const newer = await doctor(['--only', 'postgres'], EXIT.problem);
    await pool.query(`delete from schema_migrations where name = '9999-later'`);
    expect(newer.line('postgres.migrations').message).toContain('needs ordersctl 99.0.0');
  });
});

describe('Temporal', { timeout: 120_000 }, () => {
  const paused = 'refunds';
  afterAll(async () => {
    for (const name of SWEEPS) {
      await temporal.client.schedule
        .getHandle(scheduleIdOf(shop.space.prefix, name))
        .delete()
        .catch((error: unknown) => {
          if (!(error instanceof ScheduleNotFoundError)) throw error;
        });
    }
  });

  it('tells sweeps that are missing, and one that somebody paused', async () => {
    const bare = await doctor(['--only', 'temporal'], EXIT.problem);
    expect(bare.line('temporal.sweeps').message).toContain('not scheduled: abandoned-holds');
    expect(bare.line('temporal.pollers')).toMatchObject({ status: 'failed', remedy: 'ordersctl worker' });
    const schedules = { prefix: shop.space.prefix, everyMs: 3_600_000 };
    await ensureSchedules(temporal.client, schedules, shop.space.log);
    const handle = temporal.client.schedule.getHandle(scheduleIdOf(shop.space.prefix, paused));
    await handle.pause('over Christmas');
    const found = await doctor(['--only', 'temporal'], EXIT.problem);
    expect(found.line('temporal.sweeps')).toMatchObject({
      status: 'failed',
      message: 'paused: refunds; what they mend stays undone',
    });
    await handle.unpause();
    expect((await doctor(['--only', 'temporal'], EXIT.problem)).line('temporal.sweeps').status).toBe('ok');
  });

  it('compares what the namespace remembers with what Kafka keeps, and misses a namespace', async () => {
    await shop.space.topics();
    const namespace = `${shop.space.prefix}-long`;
    const { workflowService } = temporal.client;
    await workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: (30 * 86_400) as never },
    });
    const long = await waitFor(
      async () => {
        const report = await doctor(['--only', 'temporal'], EXIT.problem, { TEMPORAL_NAMESPACE: namespace });
        return report.line('temporal.namespace').status === 'ok' ? report : undefined;
      },
      { timeoutMs: 60_000, what: 'the namespace to be known' },
    );
    expect(long.line('temporal.retention')).toMatchObject({
      status: 'ok',
      message: 'closed sagas 30d00h, orders in Kafka 7d00h',
    });
    const short = await doctor(['--only', 'temporal'], EXIT.problem);
    expect(short.line('temporal.retention')).toMatchObject({
      status: 'warning',
      remedy: 'temporal operator namespace update --namespace default --retention 8d',
    });
    const none = await doctor(['--only', 'temporal'], EXIT.problem, {
      TEMPORAL_NAMESPACE: 'nobody-made-this',
    });
    expect(none.line('temporal.namespace').status).toBe('failed');
    expect(none.line('temporal.sweeps')).toMatchObject({
      status: 'skipped',
      message: 'there is no namespace',
    });
  });
});

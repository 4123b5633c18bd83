import { ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import type { VerdictStatus } from '../../../src/core/doctor/verdict.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { scheduleIdOf, SWEEPS } from '../../../src/core/sweeps/sweep-names.js';
import {
  createTemporalClient,
  type TemporalClient,
} from '../../../src/core/temporal/create-temporal-client.js';
import { ensureSchedules } from '../../../src/worker/schedules/ensure-schedules.js';
import { createShop, type Shop } from '../../core/catalog/shop.js';
import { startOwnRedis, type OwnRedis } from '../../support/own-redis.js';
import { waitFor } from '../../support/wait-for.js';
import { runCommand, runJson } from '../run-command.js';

interface DoctorJson {
  readonly ok: boolean;
  readonly verdict: 'GO' | 'NO GO' | null;
  readonly checks: readonly {
    readonly id: string;
    readonly group: string;
    readonly productId: string | null;
    readonly status: VerdictStatus;
    readonly message: string;
    readonly remedy: string | null;
  }[];
  readonly blockers: readonly { readonly id: string; readonly productId: string | null }[] | null;
  readonly unavailable: readonly { readonly store: string; readonly reason: string }[];
}

let shop: Shop;
let temporal: TemporalClient;
beforeAll(async () => {
  shop = await createShop('cli-doctor');
  temporal = await createTemporalClient(shop.space.config());
});
afterAll(async () => {
  await temporal.close();
  await shop.space.close();
});

const PATIENT = ['--timeout', '30s'];

async function doctor(args: readonly string[], code: number, env: Record<string, string> = {}) {
  const report = await runJson<DoctorJson>(
    ['doctor', ...PATIENT, ...args],
    { env: { ...shop.space.environment, ...env } },
    code,
  );
  return {
    ...report,
    line(id: string, productId: string | null = null) {
      const found = report.checks.find((check) => check.id === id && check.productId === productId);
      if (!found) throw new Error(`no line ${id}: ${report.checks.map((check) => check.id).join(', ')}`);
      return found;
    },
  };
}

describe('what it is asked', () => {
  it('refuses a group that does not exist, with the one that was meant', async () => {
    const run = await runCommand(['doctor', '--only', 'redis,kafak'], { env: shop.space.environment });
    expect(run).toMatchObject({ code: EXIT.usage, stdout: '' });
    expect(run.stderr).toContain('there is no group of checks "kafak"');
    expect(run.stderr).toContain('Did you mean kafka?');
  });

  it.each([
    [['--only', 'redis', '--for-sale', 'tee'], '--only cannot be used with --for-sale'],
    [['--timeout', '2m'], 'not a time from 1ms to 1m'],
    [['--for-sale', 'a{b'], 'must not contain braces'],
  ])('refuses %j and asks no store', async (args, message) => {
    const run = await runCommand(['doctor', ...args], { env: shop.space.environment });
    expect(run).toMatchObject({ code: EXIT.usage, stdout: '' });
    expect(run.stderr).toContain(message);
  });

  it('asks only the stores that a group needs', async () => {
    const report = await doctor(['--only', 'redis'], EXIT.ok, {
      DATABASE_URL: 'postgres://127.0.0.1:1/shop',
    });
    expect([...new Set(report.checks.map(({ group }) => group))]).toEqual(['reach', 'redis']);
    expect(report.checks.filter(({ group }) => group === 'reach')).toMatchObject([{ id: 'reach.redis' }]);
  });

  it('fits 80 columns on a terminal, and gives one line each in a pipe', async () => {
    const env = { ...shop.space.environment, NO_COLOR: '1' };
    const args = ['doctor', ...PATIENT, '--only', 'config,redis,payments'];
    const shown = await runCommand(args, { env, terminal: true });
    const lines = shown.stdout.split('\n').filter((line) => !line.includes('fix:'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const piped = await runCommand(args, { env });
    expect(piped.stdout).toMatch(/^ {2}ok {7}eviction +noeviction$/m);
    expect(piped.stdout).toMatch(/^ {2}warning {2}gateway +simulated: no money is taken$/m);
    expect(piped.stdout).toMatch(/^ {11}fix: export ORDERSCTL_PAYMENTS=webhook$/m);
    // eslint-disable-next-line no-control-regex -- escape sequences are made of control characters
    expect(piped.stdout).not.toMatch(/\u001b/);
  });

  it('counts warnings with --strict', async () => {
    expect((await doctor(['--only', 'payments'], EXIT.ok)).line('payments.gateway').status).toBe('warning');
    expect((await doctor(['--only', 'payments', '--strict'], EXIT.problem)).ok).toBe(false);
  });
});

describe('a configuration that cannot be used', () => {
  it('is told line by line, and the other stores are checked', async () => {
    const report = await doctor(['--only', 'config,redis,clocks'], EXIT.problem, {
      DATABASE_URL: 'mysql://db/shop',
      ORDERSCTL_PREFX: 'typo',
    });
    expect(report.line('config.settings').message).toContain('DATABASE_URL (environment): must be a URL');
    expect(report.line('config.unknown').message).toContain('Did you mean ORDERSCTL_PREFIX?');
    expect(report.line('reach.postgres')).toMatchObject({
      status: 'failed',
      message: 'DATABASE_URL is not usable',
    });
    expect(report.line('clocks.stores')).toMatchObject({
      status: 'skipped',
      message: 'DATABASE_URL is not usable',
    });
    expect(report.line('clocks.redis').status).toBe('ok');
    expect(report.line('redis.eviction').status).toBe('ok');
    expect(report.unavailable).toEqual([]);
  });

  it('ends with 2 when there is no store to check', async () => {
    const run = await runCommand(['doctor'], { env: {} });
    expect(run.code).toBe(EXIT.usage);
    expect(run.stdout).toMatch(/failed +PostgreSQL +DATABASE_URL is not set/);
    expect(run.stdout).toMatch(/skipped +eviction +REDIS_URL is not set/);
  });

  it('refuses simulated payments in production', async () => {
    const report = await doctor(['--only', 'payments'], EXIT.problem, { ORDERSCTL_PRODUCTION: 'true' });
    expect(report.line('payments.gateway')).toMatchObject({
      status: 'failed',
      remedy: 'export ORDERSCTL_PAYMENTS=webhook',
    });
  });
});

describe('a store that is away', () => {
  it.each([
    ['postgres', 'DATABASE_URL', 'postgres://127.0.0.1:1/shop', 'postgres.migrations'],
    ['redis', 'REDIS_URL', 'redis://127.0.0.1:1', 'redis.eviction'],
    ['kafka', 'KAFKA_BROKERS', '127.0.0.1:1', 'kafka.topics'],
    ['temporal', 'TEMPORAL_ADDRESS', '127.0.0.1:1', 'temporal.pollers'],
  ])(
    '%s fails its own line, skips what hangs on it, and ends with 5',
    async (store, name, url, dependant) => {
      const report = await doctor(['--only', `config,${store}`], EXIT.unreachable, { [name]: url });
      expect(report.line(`reach.${store}`)).toMatchObject({
        status: 'failed',
        remedy: 'ordersctl config show --origin',
      });
      expect(report.line(dependant).status).toBe('skipped');
      expect(report.line('config.settings').status).toBe('ok');
      expect(report.unavailable.map((one) => one.store)).toContain(store);
    },
  );

  it('leaves the checks of the others', async () => {
    const report = await doctor(['--only', 'products,orders,clocks'], EXIT.unreachable, {
      REDIS_URL: 'redis://127.0.0.1:1',
    });
    expect(report.line('products.prices').status).toBe('ok');
    expect(report.line('orders.outbox').status).toBe('ok');
    expect(report.line('clocks.postgres').status).toBe('ok');
    for (const id of ['products.loaded', 'orders.drift', 'clocks.redis', 'clocks.stores']) {
      expect(report.line(id).status).toBe('skipped');
    }
  });
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

describe('products and orders', () => {
  it('tells stock without price, a price without stock, a product that Redis lost, and units that do not add up', async () => {
    await shop.open('fine', 10);
    const fine = await doctor(['--only', 'products,orders'], EXIT.ok);
    expect(fine.line('products.loaded').message).toBe('1 product loaded');
    expect(fine.line('orders.drift').status).toBe('ok');
    await shop.seed('bare', 10);
    await shop.open('lost', 10);
    await shop.open('drifting', 10);
    const { pool, redis, prefix } = shop.space;
    await pool.query(
      `insert into products (product_id, name, price_minor, currency) values ('unstocked', 'unstocked', 100, 'EUR')`,
    );
    await redis.del(productKeys(prefix, 'lost').stock);
    await redis.decrby(productKeys(prefix, 'drifting').stock, 3);
    const report = await doctor(['--only', 'products,orders'], EXIT.problem);
    expect(report.line('products.prices')).toMatchObject({
      status: 'failed',
      message: 'stock without a price: bare',
      remedy: "ordersctl seed-prices --product bare --price '49.90 EUR'",
    });
    expect(report.line('products.stock')).toMatchObject({
      status: 'warning',
      message: 'a price without stock: unstocked',
    });
    expect(report.line('products.loaded')).toMatchObject({
      status: 'failed',
      message: 'not loaded: lost',
      remedy: 'ordersctl restore lost',
    });
    expect(report.line('orders.drift')).toMatchObject({
      status: 'failed',
      message: 'Redis has other units than PostgreSQL: drifting -3',
      remedy: 'ordersctl audit --product drifting',
    });
  });

  it('tells what waits for a saga, for a person and for its money', async () => {
    const { pool } = shop.space;
    await shop.open('waiting', 10);
    const [old, odd, owed] = [
      await shop.place('waiting'),
      await shop.place('waiting'),
      await shop.place('waiting'),
    ];
    await pool.query(`update orders set created_at = now() - interval '1 hour' where order_id = $1`, [
      old.orderId,
    ]);
    await pool.query(`update orders set review_reason = 'strange' where order_id = $1`, [odd.orderId]);
    await pool.query(
      `update orders set refund_due = true, created_at = now() - interval '2 minutes' where order_id = $1`,
      [owed.orderId],
    );
    const report = await doctor(['--only', 'orders'], EXIT.problem);
    expect(report.line('orders.waiting')).toMatchObject({
      status: 'failed',
      message: '1 order PENDING for over 5m00s, the oldest for 1h00m',
    });
    expect(report.line('orders.review').message).toBe('1 order needs a person');
    expect(report.line('orders.refunds').message).toMatch(/^1 order is due, the oldest of 2m0\ds ago$/);
    expect(report.line('orders.outbox').message).toMatch(/^3 events wait for Kafka/);
  });
});

describe('the go-live list of a product', () => {
  const forSale = async (productId: string) => doctor(['--for-sale', productId], EXIT.problem);

  it('names everything that stands against a sale, and says NO GO', async () => {
    const report = await forSale('not-there');
    expect(report.verdict).toBe('NO GO');
    expect(report.line('sale.price', 'not-there')).toMatchObject({
      status: 'failed',
      message: 'there is no such product',
    });
    expect(report.blockers).toContainEqual({ id: 'sale.price', productId: 'not-there' });
    expect(report.blockers).toContainEqual({ id: 'roles.serve', productId: null });
    expect(report.checks.some(({ group }) => group === 'products')).toBe(false);
  });

  it('shows window and limits, and finds what an earlier sale has left', async () => {
    await shop.open('golive', 10);
    const env = { env: shop.space.environment };
    const set = ['sale', 'set', 'golive', '--opens-at', '2090-01-01T00:00:00Z', '--max-per-customer', '2'];
    await runJson([...set, '--yes'], env);
    const ready = await forSale('golive');
    expect(ready.line('sale.window', 'golive').message).toMatch(
      /^opens in \d+d.*, at 2090-01-01T00:00:00.000Z$/,
    );
    expect(ready.line('sale.limits', 'golive').message).toBe('2 per customer, any number per order');
    for (const { id, status } of ready.checks.filter(({ productId }) => productId === 'golive')) {
      expect([id, status]).toEqual([id, 'ok']);
    }
    await shop.open('used', 10);
    await shop.place('used');
    await runJson(['sale', 'close', 'used', '--yes'], env);
    const used = await forSale('used');
    expect(used.line('sale.leftovers', 'used')).toMatchObject({
      status: 'failed',
      message: 'left from before: 1 unit of live orders, 1 hold',
    });
    expect(used.line('sale.window', 'used')).toMatchObject({
      status: 'warning',
      remedy: 'ordersctl sale open used',
    });
  });

  it('without a name is about every product that is not closed, and prints the blockers', async () => {
    const run = await runCommand(['doctor', ...PATIENT, '--for-sale'], { env: shop.space.environment });
    expect(run.code).toBe(EXIT.problem);
    expect(run.stdout).toContain('Sale of golive');
    expect(run.stdout).not.toContain('Sale of used');
    expect(run.stdout).toMatch(/^NO GO: .*, \d+ blockers$/m);
    expect(run.stdout).toMatch(/^ {2}sale.price bare: no price$/m);
  });
});

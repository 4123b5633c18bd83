import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import type { Shop } from '../../core/catalog/shop.js';
import { runCommand, runJson } from '../run-command.js';
import { createDoctorStand, PATIENT, type DoctorStand } from './doctor-stand.js';

let shop: Shop;
let doctor: DoctorStand['doctor'];
beforeAll(async () => {
  ({ shop, doctor } = await createDoctorStand('cli-doctor'));
});
afterAll(() => shop.space.close());

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

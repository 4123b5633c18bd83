import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import type { Report } from '../../../src/core/report/report.js';
import { freePort } from '../../support/pipeline.js';
import { createSpace, type Space } from '../../support/space.js';
import { makeProduct } from '../../core/postgres/fixture.js';
import { holdSale, UNITS } from '../report/every-ending.js';
import { faultsOf, outsideOf, textOf } from '../report/read-page.js';
import { runCommand, runJson, runText } from '../run-command.js';

let space: Space;
let folder: string;
const options = () => ({ env: space.environment, cwd: folder });
const report = (...args: string[]) => runJson<Report>(['report', ...args], options());
const run = (...args: string[]) => runCommand(['report', ...args], options());

beforeAll(async () => {
  space = await createSpace('cli-report');
  folder = await mkdtemp(join(tmpdir(), 'ordersctl-report-'));
  await space.topics();
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await space.close();
});

describe('before anything was sold', () => {
  it('is a report without figures, in every form', async () => {
    expect(await report()).toMatchObject({
      schemaVersion: 1,
      window: null,
      verdict: 'passed',
      oversold: 0,
      products: [],
      timeline: { stretches: [] },
    });
    expect(await runText(['report'], options())).toContain('There are no orders.');
    expect(await runText(['report', '--html', '-'], options())).toContain('There are no orders.');
    expect((await runText(['report', '--csv'], options())).split('\n')).toHaveLength(2);
  });

  it('does not know a product that does not exist', async () => {
    const unknown = await run('--product', 'nope', '--json');
    expect(unknown.code).toBe(EXIT.failed);
    expect(JSON.parse(unknown.stderr)).toMatchObject({ error: { code: 'PRODUCT_NOT_FOUND' } });
  });
});

describe('of a sale in which orders came to every end', () => {
  beforeAll(() => holdSale(space));

  it('counts every order once, by how it ended', async () => {
    const { total, products, verdict, proof } = await report();
    expect(products.map(({ productId }) => productId)).toEqual(['tee']);
    expect(total.orders).toEqual({
      accepted: { orders: 12, units: 13 },
      started: { orders: 11, units: 12 },
      paid: { orders: 5, units: 6 },
      sold: { orders: 4, units: 5 },
      restocked: { orders: 0, units: 0 },
      open: { orders: 2, units: 2 },
      expired: { orders: 3, units: 3 },
      cancelled: {
        byCustomer: { orders: 1, units: 1 },
        byOperator: { orders: 1, units: 1 },
        other: { orders: 0, units: 0 },
      },
      failed: [{ code: 'PAYMENT_DECLINED', orders: 1, units: 1 }],
      underReview: 0,
    });
    expect(total.units).toMatchObject({
      ...{ seeded: UNITS, firstSeeded: 50, removed: -10, added: 0, unexplained: 0 },
      ...{ available: UNITS - 7, held: 2, sold: 5 },
    });
    expect(verdict).toBe('passed');
    expect(proof.rows).toEqual([
      { productId: 'tee', seeded: UNITS, claimed: 7, held: 2, sold: 5, oversold: 0 },
    ]);
  });

  it('accounts for every cent: revenue, refunds of sales, money of late and ended orders', async () => {
    const { total } = await report();
    const price = 4_990;
    expect(total.money).toEqual([
      {
        currency: 'EUR',
        grossMinor: 5 * price,
        refundedMinor: price,
        netMinor: 4 * price,
        takenMinor: 8 * price + 1,
        keptMinor: 4 * price,
        givenBackMinor: 2 * price + 1,
        dueMinor: price,
        undecidedMinor: price,
      },
    ]);
    expect(total.refunds).toMatchObject({
      ofSales: { payments: 1, units: 1 },
      ofEndedOrders: { payments: 0 },
      due: { payments: 1 },
      refusedByGateway: 0,
    });
    expect(total.late).toMatchObject({
      soldAfterAll: { payments: 1, units: 1 },
      givenBack: { payments: 2 },
      due: { payments: 0 },
      undecided: { payments: 1 },
    });
  });

  it('tells requests, refusals by reason, customers, times and the funnel, which adds up', async () => {
    const { total, refusedWithoutProduct, funnel, deadLetters, unavailable } = await report();
    expect(total.refusals).toEqual([
      { code: 'SOLD_OUT', count: 1_234 },
      { code: 'RATE_LIMITED', count: 17 },
      { code: 'CUSTOMER_LIMIT', count: 3 },
      { code: 'UNAUTHENTICATED', count: 2 },
      { code: 'SALE_PAUSED', count: 1 },
    ]);
    expect(refusedWithoutProduct.map(({ code }) => code)).toEqual(['RATE_LIMITED', 'UNAUTHENTICATED']);
    expect(total.requests).toBe(12 + 2 + 1_257);
    expect(total.times.accept).toEqual({ p50Ms: 5, p95Ms: 22, p99Ms: 22 });
    expect(total.times.sampled).toBe(12);
    expect(total.times.confirmed.p99Ms).toBeGreaterThan(0);
    expect(total.pace.peakOrdersPerSecond).toBeGreaterThan(0);
    for (const [index, { count, losses }] of funnel.entries()) {
      const lost = losses.reduce((sum, loss) => sum + loss.count, 0);
      expect(count - lost, `left of ${funnel[index]?.stage}`).toBe(funnel[index + 1]?.count ?? 4);
    }
    expect(deadLetters).toEqual({ open: 0, handled: 0, byReason: [], capped: false });
    expect(unavailable).toEqual([]);
    const [tee] = (await report('--product', 'tee')).products;
    expect(tee?.customers).toMatchObject({ customers: 12, buyers: 6, atLimit: 1 });
    expect(tee?.customers.topTenShare).toBe(1);
  });

  it('lists what operators did, with their reasons, and how states of sales changed', async () => {
    const { actions, saleChanges } = await report('--product', 'tee');
    expect(actions.listed.map(({ command }) => command)).toEqual([
      ...['seed-stock', 'seed-stock', 'seed-prices', 'sale set', 'sale pause'],
    ]);
    expect(actions.listed.at(-1)).toMatchObject({ actor: 'ops <olga>', reason: 'a "<script>" & more' });
    expect(saleChanges).toMatchObject([{ from: 'OPEN', to: 'PAUSED', productId: 'tee' }]);
  });

  it('names customers only when it is asked to', async () => {
    const silent = await run('--json');
    expect(silent.stdout).not.toMatch(/"(ann|ben|cid)"/);
    const { topCustomers } = await report('--with-customers');
    expect(topCustomers?.[0]).toEqual({ userId: 'ann', orders: 1, units: 2 });
  });

  it('takes a window, and a product that nobody wanted', async () => {
    const past = await report('--until', '2020-01-01T00:00:00Z');
    expect(past.products).toEqual([]);
    const mug = await report('--product', 'mug', '--since', '1h');
    expect(mug).toMatchObject({
      window: { asked: true },
      products: [{ productId: 'mug', units: { seeded: 7 } }],
    });
    expect(mug.total.orders.accepted.orders).toBe(0);
    expect((await report('--since', '1h')).total.orders.accepted.orders).toBe(12);
    const backwards = await run('--since', '1h', '--until', '2h');
    expect(backwards).toMatchObject({ code: EXIT.usage });
    expect((await run('--since', 'yesterday')).code).toBe(EXIT.usage);
    expect((await run('--since', '2026-11-27T09:00')).stderr).toContain('with its zone');
  });

  it('fits 80 columns', async () => {
    const text = await runText(['report', '--with-customers'], options());
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain('0 units oversold. Every unit is accounted for.');
    expect(text).toContain(`seeded ${UNITS} = available ${UNITS - 7} + held 2 + sold 5`);
    expect(text).toContain('-- $1: {"tee"}');
  });

  it('prints tables as CSV, in which nothing is a formula', async () => {
    await makeProduct(space.pool, 1);
    const lines = async (...args: string[]) =>
      (await runText(['report', '--csv', ...args], options())).trimEnd().split('\n');
    const [headings = '', tee = ''] = await lines();
    const cells = Object.fromEntries(headings.split(',').map((name, at) => [name, tee.split(',')[at]]));
    expect(cells).toMatchObject({
      ...{ productId: 'tee', soldUnits: '5', netMinor: '19960', currency: 'EUR', refused: '1238' },
    });
    expect(await lines('--table', 'refusals')).toContain('tee,SOLD_OUT,1234');
    expect((await lines('--table', 'actions')).at(-1)).toContain('"a ""<script>"" & more"');
    const seconds = (await lines('--table', 'sales-per-second')).slice(1).map((line) => line.split(','));
    expect(seconds.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(12);
    expect(seconds.reduce((sum, row) => sum + Number(row[6]), 0)).toBe(5);
    expect((await run('--table', 'refusals')).code).toBe(EXIT.usage);
    expect((await run('--csv', '--table', 'nope')).code).toBe(EXIT.usage);
  });

  it('is one page of HTML with the figures of the JSON, that asks for nothing', async () => {
    const page = await runText(['report', '--html', '-'], options());
    expect(outsideOf(page)).toEqual([]);
    expect(faultsOf(page)).toEqual([]);
    const { total, proof } = await report();
    const text = textOf(page);
    for (const { code, count } of total.refusals) {
      expect(text).toContain(`${code} ${count.toLocaleString('en')}`);
    }
    expect(text).toContain(
      'revenue 249.50 EUR confirmed orders refunded of it 49.90 EUR after refunds 199.60 EUR',
    );
    expect(text).toContain('accepted 12 13 units sold 4 5 units open 2 2 units expired 3 3 units');
    expect(text).toContain(`taken ${((8 * 4_990 + 1) / 100).toFixed(2)} EUR`);
    expect(text).toContain(proof.sql.replace(/\s+/g, ' '));
    expect(text).toContain('ops <olga> sale pause a "<script>" & more');
    expect(page).not.toContain('<script');
  });

  it('writes a file whole, and over another one only with --force', async () => {
    expect((await run('--html', 'sale.html')).stderr).toContain('sale.html is written: 0 units oversold');
    await writeFile(join(folder, 'sale.html'), 'mine');
    const refused = await run('--html', 'sale.html');
    expect(refused).toMatchObject({ code: EXIT.refused });
    expect(await readFile(join(folder, 'sale.html'), 'utf8')).toBe('mine');
    expect((await run('--html', 'sale.html', '--force')).code).toBe(EXIT.ok);
    expect(await readFile(join(folder, 'sale.html'), 'utf8')).toMatch(/^<!doctype html>/);
    expect((await run('--csv', 'no/such/folder.csv')).code).toBe(EXIT.usage);
    expect(await readdir(folder)).toEqual(['sale.html']);
  });

  it('needs Postgres alone, and says what it could not see', async () => {
    const away = `127.0.0.1:${await freePort()}`;
    const env = {
      ...space.environment,
      ...{ REDIS_URL: `redis://${away}`, KAFKA_BROKERS: away, TEMPORAL_ADDRESS: away },
    };
    const text = await runCommand(['report'], { env });
    expect(text.code).toBe(EXIT.ok);
    expect(text.stdout).toContain('Dead letters were not counted: kafka');
    expect((await runJson<Report>(['report'], { env })).deadLetters).toBeNull();
  });

  it('exits 5 when Postgres is away', async () => {
    const env = { ...space.environment, DATABASE_URL: `postgres://x@127.0.0.1:${await freePort()}/x` };
    const away = await runCommand(['report', '--json'], { env });
    expect(away).toMatchObject({ code: EXIT.unreachable, stdout: '' });
    expect(JSON.parse(away.stderr)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  });

  it('says that refusals of an older sale are no longer kept', async () => {
    await space.pool.query(
      `update orders set created_at = created_at - interval '8 days' where user_id = 'ann'`,
    );
    const old = await report();
    expect(old.total.requests).toBeNull();
    expect(old.funnel[0]?.stage).toBe('accepted');
    expect(await runText(['report'], options())).toContain('kept for a week: none from before');
    await space.pool.query(
      `update orders set created_at = created_at + interval '8 days' where user_id = 'ann'`,
    );
  });

  it('exits 3 when units do not add up, and when more were sold than there are', async () => {
    await space.pool.query(`update stock set claimed = claimed + 1 where product_id = 'tee'`);
    const drifted = await run();
    expect(drifted.code).toBe(EXIT.problem);
    expect(drifted.stdout).toContain('DO NOT ADD UP');
    expect(drifted.stdout).toContain('seeded 40 ≠ available 32 + held 2 + sold 5');

    await space.pool.query(`update stock set claimed = 4, seeded = 4 where product_id = 'tee'`);
    const oversold = await runJson<Report>(['report', '--html', 'bad.html'], options(), EXIT.problem);
    expect(oversold).toMatchObject({
      verdict: 'failed',
      oversold: 3,
      problems: [{ problem: 'oversold', productId: 'tee' }],
    });
    const page = await readFile(join(folder, 'bad.html'), 'utf8');
    expect(page).toContain('3 units OVERSOLD, of 1 product.');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import type { SeedPricesReport } from '../../../src/core/catalog/seed-prices.js';
import { findProducts } from '../../../src/core/postgres/find-products.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { freePort } from '../../support/pipeline.js';
import { createSpace, type Space } from '../../support/space.js';
import { runCommand, runJson, type RunOptions } from '../run-command.js';

let space: Space;
let folder: string;
beforeAll(async () => {
  space = await createSpace('cli-seed-prices');
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-seed-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await space.close();
});

const options = (extra: RunOptions = {}): RunOptions => ({ env: space.environment, cwd: folder, ...extra });
const seed = (...args: string[]) => runCommand(['seed-prices', ...args], options());
const seedJson = (...args: string[]) => runJson<SeedPricesReport>(['seed-prices', ...args], options());
const stored = (productId: string) => space.redis.get(productKeys(space.prefix, productId).price);

it('prices products that have no stock yet, and the second run changes nothing', async () => {
  writeFileSync(join(folder, 'prices.csv'), 'productId,price\ntee,49.90 EUR\nmug,9.90\n');
  const first = await seed('prices.csv', '--currency', 'EUR');
  expect(first.code).toBe(EXIT.ok);
  expect(first.stdout).toMatch(/^tee +- +49\.90 EUR +created +no stock yet$/m);
  expect(first.stderr).toContain('next: ordersctl seed-stock --product mug --quantity 100');
  const before = await stored('tee');

  const second = await seedJson('prices.csv', '--currency', 'EUR');
  expect(second.products.map((product) => product.outcome)).toEqual(['unchanged', 'unchanged']);
  expect(await stored('tee')).toBe(before);
});

it('changes one price without asking, and several only when it may', async () => {
  const one = await seedJson('--product', 'tee', '--price', '59.90 EUR');
  expect(one.products[0]).toMatchObject({
    before: { amountMinor: 4990, currency: 'EUR' },
    price: { amountMinor: 5990, currency: 'EUR' },
    outcome: 'changed',
  });
  expect(await stored('tee')).toContain('|5990|EUR');

  writeFileSync(join(folder, 'new.csv'), 'productId,price\ntee,1 EUR\nmug,2 EUR\n');
  expect((await seed('new.csv')).code).toBe(EXIT.refused);
  expect((await seed('new.csv', '--yes')).code).toBe(EXIT.ok);
});

it('writes a price through that an interrupted run left in Postgres alone', async () => {
  const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
  const args = ['seed-prices', '--product', 'cap', '--price', '5 USD'];
  const away = await runCommand([...args, '--json'], options({ env: { ...space.environment, REDIS_URL } }));
  expect(away.code).toBe(EXIT.unreachable);
  expect(JSON.parse(away.stdout)).toMatchObject({ unavailable: ['redis'] });
  expect(await stored('cap')).toBeNull();

  expect((await runJson<SeedPricesReport>(args, options())).products[0]?.outcome).toBe('unchanged');
  expect(await stored('cap')).toContain('|500|USD');
});

it('names bad lines and changes nothing', async () => {
  writeFileSync(join(folder, 'bad.csv'), 'productId,price\nx,1 EUR\ny,free\n');
  const run = await seed('bad.csv');
  expect(run).toMatchObject({ code: EXIT.usage, stdout: '' });
  expect(run.stderr).toContain('line 3: "free" is not a price');
  expect(await findProducts(space.pool, ['x'])).toEqual([]);
});

it('shows with --dry-run what would be and changes nothing', async () => {
  const report = await seedJson('--product', 'hat', '--price', '5 EUR', '--dry-run');
  expect(report).toMatchObject({
    dryRun: true,
    products: [{ outcome: 'created', selling: { state: 'no-stock' } }],
  });
  expect(await findProducts(space.pool, ['hat'])).toEqual([]);
});

describe.each([
  ['nothing to price', [], 'give a CSV file'],
  ['a product without a price', ['--product', 'tee'], '--product with --price'],
  ['a file and a product', ['prices.csv', '--product', 'tee'], 'not both'],
  ['a price without a currency', ['--product', 'tee', '--price', '49.90'], 'currency'],
  ['too many decimals', ['--product', 'tee', '--price', '49.901 EUR'], 'decimals'],
])('with %s', (_what, args, message) => {
  it('exits 2 and says what is wrong', async () => {
    const run = await seed(...args);
    expect(run.code).toBe(EXIT.usage);
    expect(run.stderr).toContain(message);
  });
});

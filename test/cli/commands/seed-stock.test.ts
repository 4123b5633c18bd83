import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { findProducts } from '../../../src/core/postgres/find-products.js';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import type { SeedStockReport } from '../../../src/core/catalog/seed-stock.js';
import { freePort } from '../../support/pipeline.js';
import { createSpace, type Space } from '../../support/space.js';
import { runCommand, runJson, type RunOptions } from '../run-command.js';

let space: Space;
let folder: string;
beforeAll(async () => {
  space = await createSpace('cli-seed-stock');
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-seed-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await space.close();
});

const options = (extra: RunOptions = {}): RunOptions => ({ env: space.environment, cwd: folder, ...extra });
const seed = (...args: string[]) => runCommand(['seed-stock', ...args], options());
const seedJson = (...args: string[]) => runJson<SeedStockReport>(['seed-stock', ...args], options());
const errorOf = ({ stderr }: { stderr: string }) =>
  (JSON.parse(stderr) as { error: Record<string, unknown> }).error;
const units = async (productId: string) => (await readTotals(space.redis, space.prefix, productId)).available;

it('loads a file without asking, and the second run changes nothing', async () => {
  writeFileSync(join(folder, 'stock.csv'), 'productId,quantity\ntee,100\nmug,50\n');
  const first = await seed('stock.csv');
  expect(first).toMatchObject({ code: EXIT.ok });
  expect(first.stdout).toMatch(/^PRODUCT +BEFORE +UNITS +CLAIMED +RESULT +SELLS$/m);
  expect(first.stdout).toMatch(/^tee +- +100 +0 +created +no price yet$/m);
  expect(first.stderr).toContain("next: ordersctl seed-prices --product mug --price '49.90 EUR'");

  const second = await seedJson('stock.csv');
  expect(second.products.map((product) => [product.productId, product.outcome, product.redis])).toEqual([
    ['mug', 'unchanged', 'in-step'],
    ['tee', 'unchanged', 'in-step'],
  ]);
  expect([await units('tee'), await units('mug')]).toEqual([100, 50]);
});

it('reads standard input', async () => {
  const run = await runCommand(
    ['seed-stock', '-', '--json'],
    options({ input: 'productId,quantity\ncap,7\n' }),
  );
  expect(JSON.parse(run.stdout)).toMatchObject({
    dryRun: false,
    products: [{ productId: 'cap', seeded: 7 }],
  });
});

it('names a bad line by its number, exits 2 and changes nothing', async () => {
  const lines = ['productId,quantity', 'a,1', 'b,2', 'c,3', 'd,4', 'e,5', 'f,six', 'g,7'];
  writeFileSync(join(folder, 'bad.csv'), lines.join('\n'));
  const run = await runCommand(['seed-stock', 'bad.csv', '--json'], options());
  expect(run).toMatchObject({ code: EXIT.usage, stdout: '' });
  expect(errorOf(run)).toMatchObject({
    code: 'INPUT_INVALID',
    retryable: false,
    message:
      'one line of bad.csv cannot be used; nothing was changed:\n  line 7: quantity "six" is not a whole number from 0',
  });
  expect(await findProducts(space.pool, ['a', 'g'])).toEqual([]);
});

it('shows with --dry-run what would be and changes nothing', async () => {
  const run = await seed('--product', 'hat', '--quantity', '5', '--closed', '--dry-run');
  expect(run.stdout).toMatch(/^hat +- +5 +0 +created +closed$/m);
  expect(run.stderr).toContain('dry run: nothing was changed');
  expect(await findProducts(space.pool, ['hat'])).toEqual([]);
});

describe('asks', () => {
  beforeAll(() => seedJson('--product', 'bag', '--quantity', '10'));

  it('nothing for more units of one product', async () => {
    const report = await seedJson('--product', 'bag', '--add', '5', '--operation-id', 'restock-1');
    expect(report.products[0]).toMatchObject({ before: 10, seeded: 15, outcome: 'changed' });
  });

  it('before units are taken away; without a terminal it refuses, with --yes it goes on', async () => {
    const remove = ['--product', 'bag', '--remove', '4', '--operation-id', 'shrink-1'];
    const refused = await seed(...remove);
    expect(refused).toMatchObject({ code: EXIT.refused, stdout: '' });
    expect(refused.stderr).toContain('change the units of one product (bag 15 → 11)');
    expect(await units('bag')).toBe(15);

    expect((await seedJson(...remove, '--yes')).products[0]).toMatchObject({ seeded: 11 });
    expect((await seedJson(...remove, '--yes')).products[0]).toMatchObject({
      seeded: 11,
      outcome: 'unchanged',
    });
    expect(await units('bag')).toBe(11);
  });

  it('before several products change, and goes on when the operator agrees', async () => {
    const file = 'productId,quantity\nbag,12\ntee,101\n';
    writeFileSync(join(folder, 'more.csv'), file);
    expect((await seed('more.csv')).code).toBe(EXIT.refused);
    const agreed = await runCommand(['seed-stock', 'more.csv'], options({ terminal: true, input: 'y\n' }));
    expect(agreed.code).toBe(EXIT.ok);
    expect([await units('bag'), await units('tee')]).toEqual([12, 101]);
  });
});

describe.each([
  ['nothing to seed', [], 'give a CSV file'],
  ['a file and a product', ['stock.csv', '--product', 'tee'], 'not both'],
  ['a product without a number', ['--product', 'tee'], 'one of --quantity, --add and --remove'],
  ['two numbers', ['--product', 'tee', '--quantity', '1', '--add', '1'], 'one of'],
  ['--add without an operation id', ['--product', 'tee', '--add', '1'], '--add needs --operation-id'],
  [
    '--remove without an operation id',
    ['--product', 'tee', '--remove', '1'],
    '--remove needs --operation-id',
  ],
  [
    '--replace with --add',
    ['--product', 'tee', '--add', '1', '--operation-id', 'x', '--replace'],
    '--replace',
  ],
  ['a negative number', ['--product', 'tee', '--quantity=-1'], 'not a whole number'],
  ['a fraction', ['--product', 'tee', '--quantity', '1.5'], 'not a whole number'],
  ['an id that is too long', ['--product', 'x'.repeat(300), '--quantity', '1'], 'longer than 64'],
  ['no file there', ['missing.csv'], 'missing.csv cannot be read'],
])('with %s', (_what, args, message) => {
  it('exits 2 and says what is wrong', async () => {
    const run = await runCommand(['seed-stock', ...args, '--json'], options());
    expect(run.code).toBe(EXIT.usage);
    expect(errorOf(run)['message']).toContain(message);
  });
});

it('keeps what Postgres has when Redis is away, exits 5, and the next run completes it', async () => {
  const REDIS_URL = `redis://127.0.0.1:${await freePort()}`;
  const args = ['seed-stock', '--product', 'pen', '--quantity', '3'];
  const away = await runCommand([...args, '--json'], options({ env: { ...space.environment, REDIS_URL } }));
  expect(away.code).toBe(EXIT.unreachable);
  expect(JSON.parse(away.stdout)).toMatchObject({
    unavailable: ['redis'],
    products: [{ seeded: 3, redis: null }],
  });

  expect((await runJson<SeedStockReport>(args, options())).products[0]).toMatchObject({
    outcome: 'unchanged',
    redis: 'loaded',
  });
  expect(await units('pen')).toBe(3);
});

it('exits 5 with what to do when Postgres is away', async () => {
  const DATABASE_URL = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
  const env = { ...space.environment, DATABASE_URL };
  const run = await runCommand(['seed-stock', '--product', 'pen', '--quantity', '3'], options({ env }));
  expect(run.code).toBe(EXIT.unreachable);
  expect(run.stderr).toContain('fix:');
});

it('says in its help what it does, with examples', async () => {
  const help = await runCommand(['seed-stock', '--help']);
  expect(help.code).toBe(EXIT.ok);
  expect(help.stdout).toContain('ordersctl seed-stock stock.csv');
});

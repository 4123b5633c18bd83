import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeSaleReport } from '../../../src/core/catalog/change-sale.js';
import type { SaleStatusReport } from '../../../src/core/catalog/sale-status.js';
import { EXIT } from '../../../src/core/errors.js';
import { createShop, type Shop } from '../../core/catalog/shop.js';
import { freePort } from '../../support/pipeline.js';
import { runCommand, runJson, type RunOptions } from '../run-command.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('cli-sale');
});
afterAll(() => shop.space.close());

const options = (extra: RunOptions = {}): RunOptions => ({ env: shop.space.environment, ...extra });
const sale = (...args: string[]) => runCommand(['sale', ...args], options());
const saleJson = (...args: string[]) => runJson<ChangeSaleReport>(['sale', ...args], options());
const status = async (productId: string) =>
  (await runJson<SaleStatusReport>(['sale', 'status', productId], options())).products[0];
const errorOf = ({ stderr }: { stderr: string }) =>
  (JSON.parse(stderr) as { error: Record<string, unknown> }).error;
const withoutRedis = async (): Promise<RunOptions> =>
  options({ env: { ...shop.space.environment, REDIS_URL: `redis://127.0.0.1:${await freePort()}` } });

async function sell(productId = `p-${randomUUID().slice(0, 8)}`): Promise<string> {
  await shop.open(productId, 10);
  return productId;
}

it('sets window and limits, shows them in a table, and takes them away again with none', async () => {
  const productId = await sell('tee');
  const rules = ['--opens-at', '2090-11-29T09:00:00+01:00', '--closes-at', '2090-11-29T09:00:00Z'];
  const run = await sale('set', 'tee', ...rules, '--max-per-order', '2', '--max-per-customer', '4');
  expect(run).toMatchObject({ code: EXIT.ok, stderr: '' });
  expect(run.stdout).toMatch(
    /^PRODUCT +BEFORE +STATE +OPENS +CLOSES +PER ORDER +PER CUSTOMER +RESULT +NOW$/m,
  );
  expect(run.stdout).toMatch(
    /^tee +OPEN +OPEN +2090-11-29T08:00:00.000Z +2090-11-29T09:00:00.000Z +2 +4 +changed +opens 2090-11-29T08:00:00.000Z$/m,
  );

  const clear = [
    '--opens-at',
    'none',
    '--closes-at',
    'none',
    '--max-per-order',
    'none',
    '--max-per-customer',
    'none',
  ];
  expect((await saleJson('set', 'tee', ...clear)).products[0]).toMatchObject({
    productId,
    after: { state: 'OPEN', opensAt: null, closesAt: null, maxPerOrder: null, maxPerCustomer: null },
    revision: 2,
    redis: 'agrees',
    selling: { state: 'open' },
  });
});

it('pauses and opens, effective at once, and records who, what and why', async () => {
  const productId = await sell();
  expect((await sale('pause', productId, '--reason', 'wrong price')).code).toBe(EXIT.ok);
  expect(await status(productId)).toMatchObject({
    selling: { state: 'paused' },
    revision: 1,
    redisRevision: 1,
  });
  await saleJson('open', productId);
  expect(await status(productId)).toMatchObject({ selling: { state: 'open' }, revision: 2 });
  const { rows } = await shop.space.pool.query(
    `select actor, command, reason, result->'changes' as changes from operator_actions
     where arguments->'products' ? $1 order by action_id`,
    [productId],
  );
  expect(rows).toEqual([
    { actor: 'test', command: 'sale pause', reason: 'wrong price', changes: 1 },
    { actor: 'test', command: 'sale open', reason: null, changes: 1 },
  ]);
});

it('shows the status in a table that says how Redis stands to Postgres', async () => {
  const productId = await sell('mug');
  const run = await sale('status', productId);
  expect(run.stdout).toMatch(
    /^PRODUCT +NOW +STATE +OPENS +CLOSES +PER ORDER +PER CUSTOMER +REVISION +REDIS +UNITS$/m,
  );
  expect(run.stdout).toMatch(/^mug +sells now +OPEN +- +- +- +- +- +agrees +10 of 10$/m);
});

describe('close', () => {
  it('wants the id of the product typed; a mere yes closes nothing', async () => {
    const productId = await sell();
    const typing = (input: string) =>
      runCommand(['sale', 'close', productId], options({ terminal: true, input: `${input}\n` }));
    const refused = await typing('y');
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.stderr).toContain(`About to close the sale of ${productId}. Type "${productId}" to go on`);
    expect(await status(productId)).toMatchObject({ selling: { state: 'open' } });

    expect((await typing(productId)).code).toBe(EXIT.ok);
    expect(await status(productId)).toMatchObject({ selling: { state: 'closed' } });
  });

  it('refuses without a terminal, goes on with --yes, and does not ask when nothing would change', async () => {
    const productId = await sell();
    const refused = await sale('close', productId, '--json');
    expect(refused).toMatchObject({ code: EXIT.refused, stdout: '' });
    expect(errorOf(refused)).toMatchObject({ code: 'REFUSED' });
    expect((await saleJson('close', productId, '--yes')).products[0]).toMatchObject({
      after: { state: 'CLOSED' },
      ends: true,
    });
    expect((await saleJson('close', productId)).products[0]).toMatchObject({ outcome: 'unchanged' });
  });

  it('of several products wants their number typed', async () => {
    const products = [await sell(), await sell()];
    const run = await runCommand(
      ['sale', 'close', ...products],
      options({ terminal: true, input: 'close 2 products\n' }),
    );
    expect(run.code).toBe(EXIT.ok);
    expect(run.stderr).toContain('close the sale of 2 products (');
  });

  it.each([
    ['--state', 'closed'],
    ['--closes-at', '+0s'],
  ])('by set %s %s asks the same', async (...change) => {
    const productId = await sell();
    const run = await sale('set', productId, ...change);
    expect(run).toMatchObject({ code: EXIT.refused, stdout: '' });
    expect(run.stderr).toContain(`close the sale of ${productId}`);
  });
});

describe('several products', () => {
  it('are asked for, refused without a terminal and changed with --yes', async () => {
    const products = [await sell(), await sell()];
    const refused = await sale('pause', ...products);
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.stderr).toContain('pause the sale of 2 products (');
    expect(await status(products[0] ?? '')).toMatchObject({ selling: { state: 'open' } });
    const paused = await saleJson('pause', ...products, ...products, '--yes');
    expect(paused.products.map((product) => product.selling.state)).toEqual(['paused', 'paused']);
  });

  it('are all products with --all, and closed ones stay closed until they are named', async () => {
    const [sold, over] = [await sell(), await sell()];
    await saleJson('close', over, '--yes');
    await saleJson('pause', '--all', '--yes');
    expect(await status(sold)).toMatchObject({ selling: { state: 'paused' } });
    const opened = await sale('open', '--all', '--yes');
    expect(opened.stderr).toMatch(new RegExp(`${over}.*: stays closed; name it to sell it again`));
    expect(await status(sold)).toMatchObject({ selling: { state: 'open' } });
    expect(await status(over)).toMatchObject({ selling: { state: 'closed' } });
  });
});

it('shows with --dry-run what would be, asks nothing and changes nothing', async () => {
  const productId = await sell();
  const run = await sale('close', productId, '--dry-run');
  expect(run).toMatchObject({ code: EXIT.ok, stderr: 'dry run: nothing was changed\n' });
  expect(run.stdout).toMatch(new RegExp(`^${productId} +OPEN +CLOSED .*changed +closed$`, 'm'));
  expect(await status(productId)).toMatchObject({ selling: { state: 'open' }, revision: null });
});

it('tells of a product that is opened while its window is over', async () => {
  const productId = await sell();
  await saleJson('set', productId, '--closes-at', '+0s', '--yes');
  const run = await sale('open', productId);
  expect(run).toMatchObject({ code: EXIT.ok });
  expect(run.stderr).toContain(`${productId}: its window is over`);
});

describe('when Redis', () => {
  it('is away: exits 5, says that Postgres has the change, and the next run completes it', async () => {
    const productId = await sell();
    const away = await runCommand(['sale', 'pause', productId], await withoutRedis());
    expect(away.code).toBe(EXIT.unreachable);
    expect(away.stdout).toMatch(new RegExp(`^${productId} +OPEN +PAUSED .*changed`, 'm'));
    expect(away.stderr).toContain('Redis is away: Postgres has the rules');
    expect(away.stderr).toContain('Run the same command again');

    const apart = await sale('status', productId);
    expect(apart.code).toBe(EXIT.problem);
    expect(apart.stdout).toMatch(
      new RegExp(`^${productId} +sells now +PAUSED .* 1 +older rules +10 of 10$`, 'm'),
    );
    expect(apart.stderr).toContain(`mend it: ordersctl sale set ${productId} --state PAUSED`);

    await saleJson('set', productId, '--state', 'PAUSED');
    expect(await status(productId)).toMatchObject({
      selling: { state: 'paused' },
      redis: 'agrees',
      revision: 1,
    });
  });

  it('is away: status prints what Postgres says and exits 5', async () => {
    const productId = await sell();
    const run = await runCommand(['sale', 'status', productId, '--json'], await withoutRedis());
    expect(run.code).toBe(EXIT.unreachable);
    expect(JSON.parse(run.stdout)).toMatchObject({
      ok: false,
      unavailable: ['redis'],
      products: [{ productId, redis: null, selling: { state: 'open' } }],
    });
  });

  it('does not hold the product: says that nothing sells and that the load brings the rules', async () => {
    const productId = await sell();
    await shop.space.redis.unlink(`${shop.space.prefix}:stock:{${productId}}`);
    const run = await sale('pause', productId);
    expect(run.code).toBe(EXIT.ok);
    expect(run.stderr).toContain(
      `${productId}: not loaded in Redis, so nothing of it sells; Postgres has the rules`,
    );
    expect((await sale('status', productId)).code).toBe(EXIT.problem);
  });
});

describe.each([
  ['no product', ['pause'], EXIT.usage, 'give products, or --all'],
  ['products and --all', ['open', 'tee', '--all'], EXIT.usage, 'not both'],
  ['nothing to set', ['set', 'tee'], EXIT.usage, 'nothing to set'],
  ['a time without a zone', ['set', 'tee', '--opens-at', '2090-01-01T09:00:00'], EXIT.usage, 'is not a time'],
  ['a limit of nothing', ['set', 'tee', '--max-per-order', '0'], EXIT.usage, 'whole number from 1'],
  ['no such state', ['set', 'tee', '--state', 'DRAINING'], EXIT.usage, 'none of OPEN, PAUSED, CLOSED'],
  ['an id that no product can have', ['pause', 'te{e'], EXIT.usage, 'must not contain braces'],
  [
    'an unknown product',
    ['pause', 'no-such'],
    EXIT.failed,
    'there is no product no-such; nothing was changed',
  ],
  ['an unknown product to show', ['status', 'no-such'], EXIT.failed, 'there is no product no-such'],
])('with %s', (_what, args, code, message) => {
  it(`exits ${code} and says what is wrong`, async () => {
    const run = await runCommand(['sale', ...args, '--json'], options());
    expect(run).toMatchObject({ code, stdout: '' });
    expect(errorOf(run)['message']).toContain(message);
  });
});

it('exits 5 with what to do when Postgres is away', async () => {
  const DATABASE_URL = `postgres://nobody@127.0.0.1:${await freePort()}/none`;
  const run = await runCommand(
    ['sale', 'pause', 'tee'],
    options({ env: { ...shop.space.environment, DATABASE_URL } }),
  );
  expect(run.code).toBe(EXIT.unreachable);
  expect(run.stderr).toContain('fix:');
});

it('shows its commands when named alone, and proposes the one that was meant', async () => {
  expect(await runCommand(['sale'])).toMatchObject({
    code: EXIT.ok,
    stdout: expect.stringContaining('$ ordersctl sale status') as string,
  });
  const slip = await runCommand(['sale', 'pase', 'tee']);
  expect(slip).toMatchObject({ code: EXIT.usage, stdout: '' });
  expect(slip.stderr).toContain('Did you mean pause?');
});

it.each(['set', 'open', 'pause', 'close', 'status'])('has a help of %s with examples', async (command) => {
  const help = await runCommand(['sale', command, '--help']);
  expect(help.code).toBe(EXIT.ok);
  expect(help.stdout).toContain(`$ ordersctl sale ${command}`);
});

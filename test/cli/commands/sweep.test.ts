import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { SWEEPS } from '../../../src/core/sweeps/sweep-names.js';
import type { PlacedOrder } from '../../core/catalog/shop.js';
import { createSweepStand, type SweepStand } from '../../core/sweeps/sweep-stand.js';
import { runCommand, runJson, type RunOptions } from '../run-command.js';

interface Report {
  readonly sweeps: readonly {
    readonly sweep: string;
    readonly outcome: string;
    readonly found: number | null;
    readonly first: readonly string[];
    readonly mended: number | null;
    readonly reason: string | null;
  }[];
}

let stand: SweepStand;
let products = 0;
beforeAll(async () => {
  stand = await createSweepStand('cli-sweep');
});
afterAll(() => stand.shop.space.close());

const env = () => stand.shop.space.environment;
const sweep = (args: readonly string[], options: RunOptions = {}) =>
  runCommand(['sweep', ...args], { env: env(), ...options });
const json = (args: readonly string[], code = 0, more: Record<string, string> = {}) =>
  runJson<Report>(['sweep', ...args], { env: { ...env(), ...more } }, code);
const outcomeIn = ({ sweeps }: Report, name: string) => sweeps.find((one) => one.sweep === name);

/** An order whose time to pay was over long ago, and that nobody ends. */
async function overdue(): Promise<{ productId: string; order: PlacedOrder }> {
  const productId = `p-${(products += 1)}`;
  await stand.shop.open(productId, 10);
  const order = await stand.waiting(productId);
  await grow(order, `pay_by = now() - interval '1 hour'`);
  return { productId, order };
}
/** An order that has ended in Postgres alone, long ago. */
async function halfEnded(): Promise<string> {
  const productId = `p-${(products += 1)}`;
  await stand.shop.open(productId, 10);
  const order = await stand.shop.place(productId);
  await stand.shop.end(order);
  await grow(order, `updated_at = now() - interval '1 hour'`);
  return productId;
}
async function grow({ orderId }: PlacedOrder, change: string): Promise<void> {
  await stand.shop.space.pool.query(`update orders set ${change} where order_id = $1`, [orderId]);
}

it('must be told which, and knows those that there are', async () => {
  expect(await sweep([])).toMatchObject({ code: EXIT.usage });
  expect(await sweep(['refunds', '--all'])).toMatchObject({ code: EXIT.usage });
  const unknown = await sweep(['overdue-order']);
  expect(unknown.code).toBe(EXIT.usage);
  for (const name of SWEEPS) expect(unknown.stderr).toContain(name);
});

it('shows what it would find, asks with the count, mends it, and is on record', async () => {
  const { productId, order } = await overdue();
  const dry = await json(['overdue-orders', '--dry-run']);
  expect(dry.sweeps).toEqual([
    {
      ...{ sweep: 'overdue-orders', outcome: 'found', found: 1, complete: true },
      ...{ first: [order.orderId], mended: null, reason: null },
    },
  ]);
  const refused = await sweep(['overdue-orders']);
  expect(refused.code).toBe(EXIT.refused);
  expect(refused.stdout).toMatch(/^overdue-orders +1 +unpaid orders beyond their time end/m);
  expect(refused.stderr).toContain('about to end or confirm 1 overdue orders');
  expect(await stand.status(order)).toBe('PAYMENT_PENDING');

  const done = await sweep(['overdue-orders', '--yes', '--reason', 'Temporal is down']);
  expect(done).toMatchObject({ code: EXIT.ok });
  expect(done.stdout).toContain('mended overdue-orders: 1 of 1');
  await stand.expectAtRest(productId, { sold: 0, available: 10 });
  const { rows } = await stand.shop.space.pool.query(
    `select command, arguments, result from operator_actions where reason = 'Temporal is down'`,
  );
  expect(rows).toEqual([
    { command: 'sweep', arguments: { sweeps: ['overdue-orders'] }, result: { 'overdue-orders': 1 } },
  ]);
  expect(outcomeIn(await json(['overdue-orders']), 'overdue-orders')).toMatchObject({ outcome: 'nothing' });
});

it('runs all that can run when Temporal is down, and says which could not', async () => {
  const { productId, order } = await overdue();
  const report = await json(['--all', '--yes'], EXIT.unreachable, { TEMPORAL_ADDRESS: '127.0.0.1:1' });
  expect(report.sweeps.map((one) => one.sweep)).toEqual(SWEEPS);
  expect(outcomeIn(report, 'overdue-orders')).toMatchObject({ outcome: 'mended', mended: 1 });
  for (const name of ['lost-sagas', 'unstarted-orders']) {
    expect(outcomeIn(report, name)).toMatchObject({ outcome: 'failed', found: null });
    expect(outcomeIn(report, name)?.reason).toContain('127.0.0.1:1');
  }
  expect(await stand.status(order)).toBe('EXPIRED');
  await stand.expectAtRest(productId, { sold: 0, available: 10 });
});

it('stops at the first Ctrl-C after the sweep in hand, says where, and goes on when it is run again', async () => {
  const { order } = await overdue();
  const productId = await halfEnded();
  const both = ['overdue-orders', 'unfinished-endings', '--yes'];
  const stopped = await sweep(both, {
    onStderr: (text) => void (text.includes('overdue-orders: 1 mended') && process.emit('SIGINT', 'SIGINT')),
  });
  expect(stopped.code).toBe(EXIT.interrupted);
  expect(stopped.stdout).toMatch(/^mended overdue-orders: 1 of 1\nnot run unfinished-endings$/m);
  expect(stopped.stderr).toContain('stopped after 1 of 2 sweeps; run the same command again to go on');
  expect(await stand.status(order)).toBe('EXPIRED');
  const rest = await json(both);
  expect(outcomeIn(rest, 'unfinished-endings')).toMatchObject({ outcome: 'mended', mended: 1 });
  await stand.expectAtRest(productId, { sold: 0, available: 10 });
});

it('exits 3 when units do not add up, and changes nothing about it', async () => {
  const productId = `p-${(products += 1)}`;
  await stand.shop.open(productId, 10);
  const { stock } = productKeys(stand.shop.space.prefix, productId);
  await stand.shop.space.redis.incrby(stock, 2);
  const told = await sweep(['conservation-check']);
  expect(told.code).toBe(EXIT.problem);
  expect(told.stderr).toContain(`units do not add up of ${productId}; ordersctl audit shows where`);
  expect(await stand.shop.space.redis.get(stock)).toBe('12');
});

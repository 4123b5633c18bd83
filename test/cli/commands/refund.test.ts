import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { sweepRefunds } from '../../../src/core/sweeps/sweep-refunds.js';
import { createSimulatedGateway } from '../../../src/worker/payments/simulated-gateway.js';
import { freePort } from '../../support/pipeline.js';
import { waitFor } from '../../support/wait-for.js';
import { createSweepStand, type SweepStand } from '../../core/sweeps/sweep-stand.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import type { PlacedOrder } from '../../core/catalog/shop.js';
import { runCommand, runJson, type RunOptions } from '../run-command.js';

interface Report {
  readonly plan: { action: string; orders: number; units: number }[];
  readonly results: {
    orderId: string;
    outcome: string;
    refundDue: boolean;
    offered: boolean;
    reason: string | null;
  }[];
  readonly counts: Record<string, number>;
  readonly refunds: { due: number; refused: number } | null;
}

let stand: SweepStand;
let products = 0;
beforeAll(async () => {
  stand = await createSweepStand('cli-refund');
});
afterAll(() => stand.shop.space.close());

const env = () => ({ env: stand.shop.space.environment });
const run = (args: string[], options: RunOptions = {}) =>
  runCommand(['refund', ...args], { ...env(), ...options });
const json = (args: string[], code = 0) => runJson<Report>(['refund', ...args], env(), code);
const open = async (units = 10) => {
  const productId = `p-${(products += 1)}`;
  await stand.shop.open(productId, units);
  return productId;
};
const sold = async (productId: string): Promise<PlacedOrder> => {
  const order = await stand.waiting(productId);
  await stand.pay(order);
  await confirmOrders(stand.shop.space.pool, [order.orderId]);
  return order;
};
/** What the worker does by its schedule, with the gateway that refuses what ends in these digits. */
const workerSweeps = (refuseRefunds: string[] = []) => {
  const { pool, log } = stand.shop.space;
  const refunder = createSimulatedGateway({
    approveRate: 1,
    latencyMs: 0,
    manualCapture: false,
    refuseRefunds,
  });
  return sweepRefunds({ pool, log, refunder }, { olderThanMs: 0, limit: 100 });
};
const order = ({ orderId }: PlacedOrder) => findOrder(stand.shop.space.pool, orderId);

it('calls one sale off without asking, and is on record with who and why', async () => {
  const productId = await open();
  const bought = await sold(productId);
  const report = await json([bought.orderId, '--reason', 'arrived broken']);
  expect(report.counts).toEqual({ requested: 1 });
  expect(report.results).toMatchObject([{ outcome: 'requested', refundDue: true, reason: null }]);
  expect((await json([bought.orderId])).counts).toEqual({ already: 1 });
  await workerSweeps();
  expect(await order(bought)).toMatchObject({ status: 'CONFIRMED', refund: { status: 'REFUNDED' } });
  const { rows } = await stand.shop.space.pool.query(
    `select arguments, reason, result from operator_actions where command = 'refund'`,
  );
  expect(rows).toEqual([
    {
      arguments: { orderIds: [bought.orderId], restock: false },
      reason: 'arrived broken',
      result: { requested: 1 },
    },
  ]);
  await stand.expectAtRest(productId, { sold: 1, available: 9 });
});

it('must be told which, asks with the count, and shows the plan alone with --dry-run', async () => {
  const productId = await open();
  const [one, two] = [await sold(productId), await sold(productId)];
  expect(await run([])).toMatchObject({ code: EXIT.usage });
  const asked = await run(['--product', productId, '--restock']);
  expect(asked.code).toBe(EXIT.refused);
  expect(asked.stderr).toContain('refund 2 orders and offer their units again');
  expect(asked.stdout).toMatch(/refund +2 +2 +99\.80 EUR/);
  expect((await json(['--product', productId, '--dry-run'])).plan).toMatchObject([
    { action: 'refund', orders: 2 },
  ]);
  for (const bought of [one, two]) expect((await order(bought))?.refund).toBeNull();
  expect((await json(['--product', productId, '--yes'])).counts).toEqual({ requested: 2 });
  const again = await run(['--product', productId, '--yes']);
  expect(again).toMatchObject({ code: EXIT.ok });
  expect(again.stderr).toContain('No sales match.');
  // Refunded before, so only the units are left to give back.
  expect((await json(['--product', productId, '--restock', '--yes'])).counts).toEqual({ restocked: 2 });
  await stand.expectAtRest(productId, { sold: 0, available: 10 });
});

it('shows in inspect who called a sale off by filter and why, what money went back, and which units', async () => {
  const productId = await open();
  const bought = await stand.waiting(productId, { quantity: 2 });
  await stand.pay(bought);
  await confirmOrders(stand.shop.space.pool, [bought.orderId]);
  await stand.finishEndings();
  const inspect = () => runJson<{ refund: object }>(['inspect', bought.orderId], env());
  expect((await inspect()).refund).toMatchObject({ due: false, calledOff: null, restockedUnits: 0 });
  await json(['--product', productId, '--restock', '--yes', '--reason', 'wrong colour']);
  const money = [{ amountMinor: 9_980, currency: 'EUR' }];
  expect((await inspect()).refund).toMatchObject({
    ...{ due: true, amountsDue: money, amountsRefunded: [], restockedUnits: 2 },
    calledOff: { at: expect.any(String) as string, by: 'test', reason: 'wrong colour' },
  });
  const due = (await runCommand(['inspect', bought.orderId], env())).stdout;
  expect(due).toMatch(/called off +\S+Z by test: wrong colour/);
  expect(due).toMatch(/money +99\.80 EUR due/);
  expect(due).toMatch(/units +2 units on sale again, since /);
  await workerSweeps();
  expect((await inspect()).refund).toMatchObject({ due: false, amountsDue: [], amountsRefunded: money });
  expect((await runCommand(['inspect', bought.orderId], env())).stdout).toMatch(
    /money +99\.80 EUR given back/,
  );
});

it('refuses what is no sale, and says whose business it is', async () => {
  const productId = await open();
  const live = await stand.waiting(productId);
  const expired = await stand.expired(productId);
  await stand.pay(expired);
  const early = await run([live.orderId]);
  expect(early.code).toBe(EXIT.failed);
  expect(early.stderr).toContain('ordersctl cancel --even-if-paid');
  const late = await run([expired.orderId]);
  expect(late.code).toBe(EXIT.failed);
  expect(late.stderr).toContain('goes back by itself');
  expect((await order(expired))?.refund).toBeNull();
  const bought = await sold(productId);
  const mixed = await run([live.orderId, bought.orderId, '--yes']);
  expect(mixed.code).toBe(EXIT.failed);
  expect(mixed.stderr).toContain('1 of 2 orders were not refunded');
  expect((await order(bought))?.refund).toMatchObject({ status: 'DUE' });
  expect(await run([randomUUID()])).toMatchObject({ code: EXIT.failed });
});

it('follows the money with --wait: back, refused, or not in time', async () => {
  const productId = await open();
  const [fine, stuck] = [await sold(productId), await sold(productId)];
  const waiting = json([fine.orderId, '--wait']);
  await waitFor(async () => (await order(fine))?.refund !== null, { what: 'the call-off' });
  await workerSweeps();
  expect(await waiting).toMatchObject({ refunds: { due: 0, refused: 0 } });

  const inTime = await run([stuck.orderId, '--wait', '--timeout', '1s']);
  expect(inTime.code).toBe(EXIT.unreachable);
  expect(inTime.stderr).toContain('is one running');
  await workerSweeps(['90']);
  const refused = await run([stuck.orderId, '--wait']);
  expect(refused.code).toBe(EXIT.failed);
  expect(refused.stderr).toContain('ordersctl review list');
});

it('decides with Redis away, says that units are not on offer, and offers them when run again', async () => {
  const productId = await open();
  const bought = await sold(productId);
  await stand.finishEndings();
  const away = { ...stand.shop.space.environment, REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
  const result = await run([bought.orderId, '--restock', '--json'], { env: away });
  expect(result.code).toBe(EXIT.unreachable);
  expect((JSON.parse(result.stdout) as Report).results).toMatchObject([
    { outcome: 'requested', offered: false },
  ]);
  expect((await json([bought.orderId, '--restock'])).results).toMatchObject([
    { outcome: 'already', offered: true },
  ]);
  await stand.expectAtRest(productId, { sold: 0, available: 10 });
});

it('is one refund each when two operators call 60 sales off at once', async () => {
  await workerSweeps();
  const productId = await open(80);
  const orders = await Promise.all(Array.from({ length: 60 }, () => sold(productId)));
  const [a, b] = await Promise.all([
    json(['--product', productId, '--restock', '--yes']),
    json(['--product', productId, '--restock', '--yes']),
  ]);
  expect((a.counts['requested'] ?? 0) + (b.counts['requested'] ?? 0)).toBe(60);
  expect(await workerSweeps()).toEqual({ refunded: 60, refused: 0, unknown: 0 });
  expect(await workerSweeps()).toMatchObject({ refunded: 0 });
  await stand.expectAtRest(productId, { sold: 0, available: 80 });
  const [first] = orders;
  expect(await findPayments(stand.shop.space.pool, first?.orderId ?? '')).toMatchObject([
    { status: 'REFUNDED' },
  ]);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { flagForReview } from '../../../src/core/postgres/flag-for-review.js';
import { sweepRefunds } from '../../../src/core/sweeps/sweep-refunds.js';
import { recordRefund } from '../../../src/core/postgres/record-refund.js';
import { requestRefunds } from '../../../src/core/postgres/request-refunds.js';
import { createSimulatedGateway } from '../../../src/worker/payments/simulated-gateway.js';
import type { PlacedOrder } from '../../core/catalog/shop.js';
import { createSweepStand, expectOnce, type SweepStand } from '../../core/sweeps/sweep-stand.js';
import { typesOf } from '../../core/postgres/fixture.js';
import { runCommand, runJson, type RunOptions } from '../run-command.js';

interface Item {
  readonly orderId: string;
  readonly cause: string;
  readonly reason: string | null;
  readonly resolutions: string[];
  readonly refused: { attempt: number; refusal: string }[];
}

const FAILS = 'its saga has failed or was ended 5 times within a day';
const NEVER = 'was handed to Kafka 5 times and no saga has begun it';

let stand: SweepStand;
let products = 0;
beforeAll(async () => {
  stand = await createSweepStand('cli-review');
});
afterAll(() => stand.shop.space.close());

const env = () => ({ env: stand.shop.space.environment });
const run = (args: string[], options: RunOptions = {}) =>
  runCommand(['review', ...args], { ...env(), ...options });
const list = (args: string[] = []) => runJson<Item[]>(['review', 'list', ...args], env());
const resolve = (order: PlacedOrder, as: string, args: string[] = []) =>
  run(['resolve', order.orderId, '--as', as, '--reason', 'looked at it', ...args]);
const open = async () => {
  const productId = `p-${(products += 1)}`;
  await stand.shop.open(productId, 10);
  return productId;
};
const flag = (order: PlacedOrder, reason: string) =>
  flagForReview(stand.shop.space.pool, order.orderId, reason);
const sweep = (refuse: string[] = []) => {
  const { pool, log } = stand.shop.space;
  const asked: string[] = [];
  const gateway = createSimulatedGateway({
    approveRate: 1,
    latencyMs: 0,
    manualCapture: false,
    refuseRefunds: refuse,
  });
  const refunder: typeof gateway = {
    ...gateway,
    refund: (request, signal) => {
      asked.push(request.idempotencyKey);
      return gateway.refund(request, signal);
    },
  };
  return sweepRefunds({ pool, log, refunder }, { olderThanMs: 0, limit: 100 }).then((swept) => ({
    swept,
    asked,
  }));
};
/** Sold, called off, and its refund refused by the gateway. */
const refused = async (productId: string): Promise<PlacedOrder> => {
  const order = await stand.waiting(productId);
  await stand.pay(order);
  const { pool } = stand.shop.space;
  await confirmOrders(pool, [order.orderId]);
  await requestRefunds(pool, { orderIds: [order.orderId], restock: false, actor: 'ada', reason: null });
  await sweep(['90']);
  return order;
};
const actions = async (order: PlacedOrder) => {
  const { rows } = await stand.shop.space.pool.query<{ arguments: Record<string, unknown>; reason: string }>(
    `select arguments, reason from operator_actions where command = 'review resolve' and arguments ->> 'orderId' = $1`,
    [order.orderId],
  );
  return rows;
};

it('lists nothing when nothing waits', async () => {
  expect(await list(['--product', 'nothing-here'])).toEqual([]);
  const shown = await run(['list', '--product', 'nothing-here', '--fail-if-any']);
  expect(shown).toMatchObject({ code: EXIT.ok, stdout: '' });
  expect(shown.stderr).toContain('Nothing waits for a person.');
});

it('tells why each waits and what can be decided, by cause, product and page', async () => {
  const productId = await open();
  const stuck = await refused(productId);
  const [failing, never, odd] = [
    await stand.waiting(productId),
    await stand.shop.place(productId),
    await stand.shop.place(productId),
  ];
  await flag(failing, FAILS);
  await flag(never, NEVER);
  await flag(odd, 'said by another version');
  const all = await list(['--product', productId]);
  expect(all.map(({ orderId, cause }) => [orderId, cause])).toEqual([
    [stuck.orderId, 'REFUND_REFUSED'],
    [failing.orderId, 'SAGA_FAILS'],
    [never.orderId, 'NEVER_BEGUN'],
    [odd.orderId, 'OTHER'],
  ]);
  expect(all[0]).toMatchObject({
    refused: [{ attempt: 1, refusal: 'refund_refused' }],
    resolutions: ['retry-refund', 'refunded-by-hand'],
  });
  expect(await list(['--product', productId, '--cause', 'never-begun,OTHER'])).toHaveLength(2);
  expect(await list(['--product', productId, '--older-than', '1h'])).toEqual([]);
  const page = await list(['--product', productId, '--limit', '2', '--after', stuck.orderId]);
  expect(page.map(({ orderId }) => orderId)).toEqual([failing.orderId, never.orderId]);
  const shown = await run(['list', '--product', productId, '--fail-if-any']);
  expect(shown.code).toBe(EXIT.problem);
  expect(shown.stdout).toContain('--as retry | cancel | keep');
  expect(shown.stdout).toContain('refused by simulated: 49.90 EUR of attempt 1 (refund_refused)');
  expect(await run(['list', '--cause', 'NONSENSE'])).toMatchObject({ code: EXIT.usage });
});

it('needs a reason, and changes nothing with --dry-run', async () => {
  const productId = await open();
  const stuck = await refused(productId);
  const without = await run(['resolve', stuck.orderId, '--as', 'retry-refund']);
  expect(without.code).toBe(EXIT.usage);
  expect(without.stderr).toContain('a decision needs a reason');
  expect(await run(['resolve', stuck.orderId, '--as', 'retry-refund', '--dry-run'])).toMatchObject({
    code: EXIT.ok,
  });
  expect(await list(['--product', productId])).toHaveLength(1);
  expect(await actions(stuck)).toEqual([]);
});

describe('a refund that was refused', () => {
  it('is asked for anew under a new key, and goes back', async () => {
    const productId = await open();
    const stuck = await refused(productId);
    expect(await resolve(stuck, 'retry-refund')).toMatchObject({ code: EXIT.ok });
    expect(await list(['--product', productId])).toEqual([]);
    const { swept, asked } = await sweep();
    expect(swept).toMatchObject({ refunded: 1 });
    expect(asked).toEqual([`refund:${stuck.orderId}:1:2`]);
    expect(await findOrder(stand.shop.space.pool, stuck.orderId)).toMatchObject({
      refund: { status: 'REFUNDED' },
    });
    await expectOnce(stand, stuck, 'REVIEW_RESOLVED');
    expect(await actions(stuck)).toMatchObject([
      { reason: 'looked at it', arguments: { as: 'retry-refund', cause: 'REFUND_REFUSED' } },
    ]);
  });

  it('waits for a person again when it is refused again', async () => {
    const productId = await open();
    const stuck = await refused(productId);
    await resolve(stuck, 'retry-refund');
    await sweep(['90']);
    expect(await list(['--product', productId])).toMatchObject([{ cause: 'REFUND_REFUSED' }]);
    await resolve(stuck, 'retry-refund');
    expect((await sweep()).asked).toEqual([`refund:${stuck.orderId}:1:3`]);
  });

  it('went back by hand: the payment counts as refunded, under its reference, and nobody asks again', async () => {
    const productId = await open();
    const stuck = await refused(productId);
    await resolve(stuck, 'refunded-by-hand', ['--reference', 'transfer 4711']);
    const { pool } = stand.shop.space;
    expect(await findPayments(pool, stuck.orderId)).toMatchObject([
      { status: 'REFUNDED', refundReference: 'transfer 4711', refundRefusal: null },
    ]);
    expect(await findOrder(pool, stuck.orderId)).toMatchObject({ refund: { status: 'REFUNDED' } });
    expect((await sweep()).asked).toEqual([]);
    for (const type of ['REFUNDED', 'REVIEW_RESOLVED']) await expectOnce(stand, stuck, type);
  });

  it('is found and decided although something else was noted over it', async () => {
    const productId = await open();
    const stuck = await refused(productId);
    await flag(stuck, 'said by another version');
    expect(await list(['--product', productId])).toMatchObject([{ cause: 'OTHER' }]);
    await resolve(stuck, 'keep');
    expect(await list(['--product', productId])).toMatchObject([{ cause: 'REFUND_REFUSED', reason: null }]);
    expect(await resolve(stuck, 'refunded-by-hand')).toMatchObject({ code: EXIT.ok });
    expect(await list(['--product', productId])).toEqual([]);
  });

  it('came back after all, as the provider said: nothing is left but the flag', async () => {
    const productId = await open();
    const stuck = await refused(productId);
    await recordRefund(stand.shop.space.pool, {
      orderId: stuck.orderId,
      attempt: 1,
      refundReference: 'ref_9',
    });
    expect(await list(['--product', productId])).toMatchObject([{ resolutions: ['keep'] }]);
    expect(await resolve(stuck, 'keep')).toMatchObject({ code: EXIT.ok });
    expect(await list(['--product', productId])).toEqual([]);
  });

  it('is decided once by two operators at once', async () => {
    const productId = await open();
    const stuck = await refused(productId);
    const ends = await Promise.all([resolve(stuck, 'retry-refund'), resolve(stuck, 'refunded-by-hand')]);
    expect(ends.map(({ code }) => code).sort()).toEqual([EXIT.ok, EXIT.failed]);
    await expectOnce(stand, stuck, 'REVIEW_RESOLVED');
    expect(await actions(stuck)).toHaveLength(1);
  });
});

describe('an order that nobody carries on', () => {
  it('is taken up again: what was counted against it counts no more', async () => {
    const productId = await open();
    const never = await stand.shop.place(productId);
    const { pool } = stand.shop.space;
    await pool.query('update orders set replay_count = 5 where order_id = $1', [never.orderId]);
    await flag(never, NEVER);
    const kept = await resolve(never, 'keep');
    expect(kept.code).toBe(EXIT.failed);
    expect(kept.stderr).toContain('Resolve it as retry or cancel');
    expect(await resolve(never, 'retry')).toMatchObject({ code: EXIT.ok });
    const { rows } = await pool.query('select replay_count, review_reason from orders where order_id = $1', [
      never.orderId,
    ]);
    expect(rows).toEqual([{ replay_count: 0, review_reason: null }]);
  });

  it('is cancelled with its units back, and with the money where it was paid', async () => {
    const productId = await open();
    const failing = await stand.waiting(productId);
    await stand.pay(failing);
    await flag(failing, FAILS);
    expect(await resolve(failing, 'cancel')).toMatchObject({ code: EXIT.ok });
    expect(await findOrder(stand.shop.space.pool, failing.orderId)).toMatchObject({
      status: 'CANCELLED',
      failureCode: 'CANCELLED_BY_OPERATOR',
      refund: { status: 'DUE' },
    });
    expect((await typesOf(stand.shop.space.pool, failing.orderId)).slice(-2)).toEqual([
      'REVIEW_RESOLVED',
      'CANCELLED',
    ]);
    await stand.expectAtRest(productId, { sold: 0, available: 10 });
  });

  it('has ended meanwhile: only the flag goes', async () => {
    const productId = await open();
    const failing = await stand.waiting(productId);
    await flag(failing, FAILS);
    await stand.shop.end(failing, 'EXPIRED');
    for (const as of ['retry', 'cancel'])
      expect(await resolve(failing, as)).toMatchObject({ code: EXIT.failed });
    expect(await resolve(failing, 'keep')).toMatchObject({ code: EXIT.ok });
    expect(await list(['--product', productId])).toEqual([]);
  });
});

it.each([
  ['r: the provider gave the money back without being asked', 'UNASKED_REFUND'],
  ['payment x of webhook was reported for this order, but belongs to order y', 'FOREIGN_PAYMENT'],
  ['r: the provider gave back another amount than it had taken', 'REFUND_AMOUNT'],
] as const)('"%s" is %s, and can be kept', async (reason, cause) => {
  const productId = await open();
  const order = await stand.waiting(productId);
  await flag(order, reason);
  expect(await list(['--product', productId])).toMatchObject([{ cause }]);
  expect(await resolve(order, 'retry-refund')).toMatchObject({ code: EXIT.failed });
  expect(await resolve(order, 'keep')).toMatchObject({ code: EXIT.ok });
  expect(await list(['--product', productId])).toEqual([]);
});

it('decides nothing for who saw another reason, and nothing about what does not wait', async () => {
  const productId = await open();
  const order = await stand.waiting(productId);
  expect((await resolve(order, 'keep')).stderr).toContain('waits for no decision');
  expect(await run(['resolve', 'nonsense', '--as', 'keep', '--reason', 'x'])).toMatchObject({
    code: EXIT.failed,
  });
  expect(await run(['resolve', order.orderId, '--as', 'forget', '--reason', 'x'])).toMatchObject({
    code: EXIT.usage,
  });
});

it('takes the lines of the list for many at once, and asks with the count', async () => {
  const productId = await open();
  for (let n = 0; n < 3; n += 1) await refused(productId);
  const lines = await run(['list', '--product', productId, '--ndjson']);
  const given = ['resolve', '-', '--as', 'retry-refund', '--reason', 'limit raised'];
  const asked = await run(given, { input: lines.stdout });
  expect(asked.code).toBe(EXIT.refused);
  expect(asked.stderr).toContain('resolve 3 orders as retry-refund');
  expect(await run([...given, '--yes'], { input: lines.stdout })).toMatchObject({ code: EXIT.ok });
  expect((await sweep()).swept).toMatchObject({ refunded: 3 });
});

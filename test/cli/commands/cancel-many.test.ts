/** Cancelling by filter and by list: many orders, beside a sale that goes on. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { auditProducts } from '../../../src/core/catalog/audit.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';
import { runCommand, runJson, type RunOptions } from '../run-command.js';

interface Report {
  readonly plan: { action: string; orders: number; units: number }[];
  readonly planned: unknown[];
  readonly results: { orderId: string; outcome: string }[];
  readonly counts: Record<string, number>;
}

let space: Space;
let products = 0;
beforeAll(async () => {
  space = await createSpace('cli-cancel-many');
});
afterAll(() => space.close());

const withoutTemporal = (): Record<string, string> => {
  const { TEMPORAL_ADDRESS: _unused, ...rest } = space.environment;
  return rest;
};
const run = (args: string[], options: RunOptions = {}) =>
  runCommand(['cancel', ...args], { env: withoutTemporal(), ...options });
const json = (args: string[], options: RunOptions = {}) =>
  runJson<Report>(['cancel', ...args], { env: withoutTemporal(), ...options });

async function open(units: number): Promise<string> {
  const productId = `tee-${(products += 1)}`;
  const env = { env: withoutTemporal() };
  await runJson(['seed-stock', '--product', productId, '--quantity', String(units)], env);
  await runJson(['seed-prices', '--product', productId, '--price', '49.90 EUR'], env);
  return productId;
}
/** Reserved and accepted as serve does, so many at a time. */
async function place(productId: string, count: number, userId = 'ada'): Promise<string[]> {
  const reserve = createReserve(space.redis, space.prefix);
  const reserved = await Promise.all(
    Array.from({ length: count }, () =>
      reserve({ reservationId: randomUUID(), productId, userId, quantity: 1, bodyHash: 'h' }),
    ),
  );
  const holds = reserved.flatMap((one) => (one.kind === 'reserved' ? [one.hold] : []));
  const accepted = await acceptOrders(space.pool, holds);
  return [...accepted.values()].flatMap((one) => (one.kind === 'new' ? [one.order.orderId] : []));
}
async function pay(orderId: string): Promise<void> {
  await beginOrders(space.pool, [{ orderId, deadlineMs: 60_000 }]);
  await recordCaptures(space.pool, [
    {
      ...{ orderId, attempt: 1, gateway: 'simulated', gatewayReference: orderId },
      ...{ amountMinor: 4_990, currency: 'EUR' },
    },
  ]);
}
const audit = async (productId: string) =>
  (await auditProducts({ pool: space.pool, redis: space.redis, prefix: space.prefix }, [productId]))
    .products[0];

describe('which orders', () => {
  it('must be said: nothing is cancelled by accident', async () => {
    const productId = await open(5);
    await place(productId, 2);
    for (const args of [[], ['--limit', '10'], ['--yes'], ['--even-if-paid', '--dry-run']]) {
      const result = await run(args);
      expect(result.code).toBe(EXIT.usage);
      expect(result.stderr).toContain('which orders?');
    }
    expect(await audit(productId)).toMatchObject({ held: 2 });
  });

  it('are named or filtered, not both; and ended ones cannot be meant', async () => {
    expect(await run([randomUUID(), '--product', 'tee'])).toMatchObject({ code: EXIT.usage });
    expect(await run(['-', randomUUID()], { input: '' })).toMatchObject({ code: EXIT.usage });
    const result = await run(['--status', 'CONFIRMED']);
    expect(result.code).toBe(EXIT.usage);
    expect(result.stderr).toContain('PAYMENT_PENDING');
  });

  it('are those of a product, a customer and an age, and no more than the limit', async () => {
    const [tee, cap] = [await open(20), await open(20)];
    await place(tee, 4, 'ada');
    await place(tee, 3, 'bob');
    await place(cap, 2, 'ada');
    expect((await json(['--product', tee, '--dry-run'])).plan).toMatchObject([
      { action: 'cancel', orders: 7 },
    ]);
    expect(
      (await json(['--product', tee, '--product', cap, '--user', 'ada', '--dry-run'])).plan,
    ).toMatchObject([{ orders: 6, units: 6 }]);
    expect((await json(['--product', tee, '--older-than', '1h', '--dry-run'])).plan).toEqual([]);
    expect((await json(['--product', tee, '--since', '1h', '--limit', '5', '--dry-run'])).plan).toMatchObject(
      [{ orders: 5 }],
    );
    expect((await json(['--product', tee, '--user', 'bob', '--yes'])).counts).toEqual({ cancelled: 3 });
    expect((await json(['--product', tee, '--limit', '1', '--yes'])).counts).toEqual({ cancelled: 1 });
    expect(await audit(tee)).toMatchObject({ held: 3, available: 17, drift: 0 });
    expect(await audit(cap)).toMatchObject({ held: 2 });
  });

  it('come on standard input as ids or as lines of list --ndjson; a line that names none changes nothing', async () => {
    const productId = await open(10);
    const [first, second, third] = await place(productId, 3);
    const bad = await run(['-', '--yes'], { input: `${first}\nnonsense\n` });
    expect(bad.code).toBe(EXIT.usage);
    expect(bad.stderr).toContain('line 2');
    const input = `${first}\n\n${JSON.stringify({ orderId: second, status: 'PENDING' })}\n${first?.toUpperCase()}\n`;
    const refused = await run(['-'], { input });
    expect(refused.code).toBe(EXIT.refused);
    expect(refused.stderr).toContain('cancel 2 orders for good');
    expect((await json(['-', '--yes'], { input })).counts).toEqual({ cancelled: 2 });
    expect(await audit(productId)).toMatchObject({ held: 1, drift: 0 });
    expect(await run(['-', '--yes'], { input: `${third}\n${randomUUID()}` })).toMatchObject({
      code: EXIT.failed,
    });
    expect(await audit(productId)).toMatchObject({ held: 1 });
  });
});

it('shows units and money, asks with the count, and leaves paid orders alone without missing them', async () => {
  const productId = await open(10);
  const [paid] = await place(productId, 4);
  await pay(paid ?? '');
  const asked = await run(['--product', productId]);
  expect(asked.code).toBe(EXIT.refused);
  expect(asked.stderr).toContain('about to cancel 3 orders for good,');
  expect(asked.stdout).toMatch(/cancel +3 +3 +149\.70 EUR/);
  expect(asked.stdout).toMatch(/refuse +1 +1 +49\.90 EUR/);
  const report = await json(['--product', productId, '--yes']);
  expect(report.counts).toEqual({ cancelled: 3 });
  expect((await json(['--product', productId, '--yes', '--even-if-paid'])).counts).toEqual({ cancelled: 1 });
  const none = await run(['--product', productId, '--yes']);
  expect(none).toMatchObject({ code: EXIT.ok });
  expect(none.stderr).toContain('No orders match.');
  expect(await audit(productId)).toMatchObject({ held: 0, available: 10, drift: 0 });
});

it('leaves an order alone that was paid between the plan and the cancel, and says so', async () => {
  const productId = await open(10);
  const [moved] = await place(productId, 3);
  const env = { ...withoutTemporal() };
  // Another process, which comes after the plan: --rate makes time for it.
  const running = runJson<Report>(
    ['cancel', '--product', productId, '--yes', '--rate', '1', '--concurrency', '1'],
    { env },
  );
  await pay(moved ?? '');
  const { counts } = await running;
  expect(counts['cancelled']).toBe(2);
  expect(counts['failed']).toBeUndefined();
  expect(await audit(productId)).toMatchObject({ held: 1, drift: 0 });
});

it('stops at the first Ctrl-C, says where, records what was done, and goes on when it is run again', async () => {
  const productId = await open(40);
  await place(productId, 30);
  const running = run([
    '--product',
    productId,
    '--yes',
    '--concurrency',
    '1',
    '--rate',
    '20',
    '--reason',
    'first',
  ]);
  await waitFor(async () => (await audit(productId))?.held !== 30, { what: 'a first cancel' });
  process.emit('SIGINT');
  const stopped = await running;
  expect(stopped.code).toBe(EXIT.interrupted);
  expect(stopped.stderr).toMatch(/stopped after \d+ of 30 orders; run the same command again/);
  const done = 30 - ((await audit(productId))?.held ?? 0);
  expect(done).toBeLessThan(30);
  const { rows } = await space.pool.query(`select result from operator_actions where reason = 'first'`);
  expect(rows).toEqual([{ result: { cancelled: done } }]);
  expect((await json(['--product', productId, '--yes'])).counts).toEqual({ cancelled: 30 - done });
  expect(await audit(productId)).toMatchObject({ held: 0, drift: 0 });
});

it('is done once by two operators at once', async () => {
  const productId = await open(200);
  await place(productId, 150);
  const [one, other] = await Promise.all([
    json(['--product', productId, '--yes']),
    json(['--product', productId, '--yes']),
  ]);
  expect((one.counts['cancelled'] ?? 0) + (other.counts['cancelled'] ?? 0)).toBe(150);
  expect(await audit(productId)).toMatchObject({ held: 0, available: 200, drift: 0 });
});

it('cancels 2,000 orders while others are accepted: those of the plan end, the others live, no unit is lost', async () => {
  const productId = await open(3_000);
  for (let n = 0; n < 4; n += 1) await place(productId, 500);
  const stop = new AbortController();
  let accepted = 0;
  const sale = (async () => {
    while (!stop.signal.aborted) accepted += (await place(productId, 10, 'live')).length;
  })();
  const lines = await run(['--product', productId, '--user', 'ada', '--yes', '--ndjson']);
  stop.abort();
  await sale;
  expect(lines).toMatchObject({ code: EXIT.ok });
  const results = lines.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Report['results'][number]);
  expect(results).toHaveLength(2_000);
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
  expect(accepted).toBeGreaterThan(0);
  expect(await audit(productId)).toMatchObject({
    problem: null,
    held: accepted,
    available: 3_000 - accepted,
    redisAvailable: 3_000 - accepted,
    drift: 0,
  });
});

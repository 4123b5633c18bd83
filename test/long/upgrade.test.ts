import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '@temporalio/client';
import { workflowIdOf, type Role } from '../../src/core/names.js';
import { findOrdersByIds } from '../../src/core/postgres/find-orders-by-ids.js';
import { recordCaptures } from '../../src/core/postgres/record-capture.js';
import { createTemporalClient, type TemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import { cancelBySaga, wakeSagaForPayment } from '../../src/core/temporal/wake-saga.js';
import { holdFaultySale, PRODUCT } from '../faults/faulty-sale.js';
import { buildEarlier, findEarlierCommit, type EarlierBuild } from '../support/earlier-build.js';
import { createPipeline, inParallel, placeOrder, type Pipeline } from '../support/pipeline.js';
import { createSpace, type Space } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';

const earlier = findEarlierCommit();
/** Of orders that wait for their customer across the upgrade; long enough to pay and cancel some meanwhile. */
const DEADLINE = '120s';
const WAITING = 12;
/** Payments take their time, so that orders are at every step at any moment. */
const SLOW_PAYMENTS = { ORDERSCTL_SIMULATED_LATENCY: '1s', ORDERSCTL_SIMULATED_APPROVE_RATE: '0.9' };
/** Of the first worker: nobody is declined, and nobody charged before the customer has acted. */
const CUSTOMER_PAYS = { ORDERSCTL_SIMULATED_MANUAL_CAPTURE: 'true', ORDERSCTL_SIMULATED_APPROVE_RATE: '1' };
/** INVENTORY_RESERVED and PAYMENT_CONFIRMED are passed within one statement and never seen. */
const STATES = ['PENDING', 'PAYMENT_PENDING', 'CONFIRMED', 'FAILED'];
const REST_WITHIN_MS = 240_000;

const title =
  'missing' in earlier ? `(needs an earlier commit: ${earlier.missing})` : `from ${earlier.commit}`;

describe.skipIf('missing' in earlier)(`an upgrade under load ${title}`, () => {
  let build: EarlierBuild;
  let space: Space;
  let pipeline: Pipeline;
  let temporal: TemporalClient;
  const undo: (() => unknown)[] = [];
  beforeAll(async () => {
    if ('missing' in earlier) return;
    build = buildEarlier(earlier.commit);
    undo.push(() => build.remove());
    space = await createSpace('upgrade');
    undo.push(() => space.close());
    // Its tables are of this build; the earlier one makes its own.
    await space.pool.query('drop schema public cascade');
    await space.pool.query('create schema public');
    pipeline = await createPipeline(space, { ORDERSCTL_PAYMENT_DEADLINE: DEADLINE, ...SLOW_PAYMENTS });
    undo.push(() => pipeline.stopAll());
    temporal = await createTemporalClient(space.config());
    undo.push(() => temporal.close());
    await runEarlier(['migrate']);
    await runEarlier(['seed-prices', '--product', PRODUCT, '--price', '49.90 EUR']);
    await runEarlier(['seed-stock', '--product', PRODUCT, '--quantity', '100000']);
  });
  afterAll(async () => {
    for (const one of undo.reverse()) await one();
  });

  it('migrate, worker, consume, serve: every order ends, also those that waited across it', async () => {
    const start = (role: Role, env = {}) => pipeline.start(role, env, build.binary);
    await Promise.all([start('serve'), start('consume'), start('worker', CUSTOMER_PAYS)]);
    const waiting = await placeWaiting();
    await roll('worker', () => start('worker'));

    await holdFaultySale(
      { pool: space.pool, pipeline },
      'upgrade',
      async (sale) => {
        const before = await countMigrations(space);
        await pipeline.json(['migrate']);
        expect(await countMigrations(space)).toBeGreaterThanOrEqual(before);
        // The earlier roles go on with the newer tables.
        await sale.untilMoreAccepted(20);
        await roll('worker', async () => {
          await waitFor(async () => (await statesOf(space)).length === STATES.length, {
            timeoutMs: 30_000,
            what: 'orders to be in every state',
          });
          expect(await statesOf(space)).toEqual([...STATES].sort());
          await pipeline.start('worker');
        });
        await wakeWaiting(waiting);
        for (const role of ['consume', 'serve'] as const) {
          await sale.untilMoreAccepted(20);
          await roll(role, () => pipeline.start(role));
        }
        await sale.untilMoreAccepted(20);
      },
      REST_WITHIN_MS,
    );

    const ended = await findOrdersByIds(space.pool, waiting);
    const third = WAITING / 3;
    expect(waiting.map((orderId) => ended.get(orderId)?.status)).toEqual([
      ...Array<string>(third).fill('CONFIRMED'),
      ...Array<string>(third).fill('CANCELLED'),
      ...Array<string>(third).fill('EXPIRED'),
    ]);
    await expectNoFailedTasks(temporal.client, space);
  });

  async function runEarlier(args: readonly string[]): Promise<void> {
    const { code, stderr } = await pipeline.run(args, { binary: build.binary, timeoutMs: 60_000 });
    expect(code, stderr).toBe(0);
  }

  /** Ends a role in order; what follows starts it anew. */
  async function roll(role: Role, startAnew: () => Promise<unknown>): Promise<void> {
    const { code, signal } = await pipeline.stop(role);
    expect({ role, code, signal }).toEqual({ role, code: 0, signal: null });
    await startAnew();
  }

  /** Orders whose sagas, begun by the earlier build, wait for their customer. */
  async function placeWaiting(): Promise<string[]> {
    const users = Array.from({ length: WAITING }, (_, n) => `patient-${n}`);
    const orderIds = await inParallel(users, 4, async (userId) => {
      const { status, body } = await placeOrder(pipeline, { userId, productId: PRODUCT, quantity: 1 });
      expect(status).toBe(202);
      return body.orderId;
    });
    await waitFor(
      async () => {
        const { rows } = await space.pool.query<{ waiting: number }>(
          `select count(*)::int as waiting from payments where status = 'REQUIRES_ACTION'`,
        );
        return rows[0]?.waiting === WAITING;
      },
      { timeoutMs: 30_000, what: 'orders to wait for their customers' },
    );
    return orderIds;
  }

  /** A third is paid, a third is cancelled; the rest is left to its deadline. */
  async function wakeWaiting(waiting: readonly string[]): Promise<void> {
    const third = WAITING / 3;
    const orders = await findOrdersByIds(space.pool, waiting);
    const wake = { updateId: 'after-the-upgrade', timeoutMs: 15_000 };
    // Not answered in time is not answered yet: the same wake-up again, as its id allows.
    const patiently = (send: () => Promise<unknown>) =>
      waitFor(send, { timeoutMs: 60_000, what: 'a saga to answer' });
    await Promise.all(
      waiting.slice(0, third).map(async (orderId) => {
        const order = orders.get(orderId);
        if (order === undefined) throw new Error(`no order ${orderId}`);
        const payment = { orderId, attempt: 1, gateway: 'simulated', gatewayReference: `paid-${orderId}` };
        const outcome = await recordCaptures(space.pool, [{ ...payment, ...order.amount }]);
        expect(outcome.get(orderId)).toBe('captured');
        await patiently(() => wakeSagaForPayment(temporal.client, orderId, wake));
      }),
    );
    const cancel = { failureCode: 'CANCELLED_BY_CUSTOMER' } as const;
    await Promise.all(
      waiting
        .slice(third, 2 * third)
        .map((orderId) => patiently(() => cancelBySaga(temporal.client, orderId, cancel, wake))),
    );
  }
});

async function countMigrations({ pool }: Space): Promise<number> {
  const { rows } = await pool.query<{ applied: number }>(
    'select count(*)::int as applied from schema_migrations',
  );
  return rows[0]?.applied ?? 0;
}

/** In which states orders are, in order of the alphabet. */
async function statesOf({ pool }: Space): Promise<string[]> {
  const { rows } = await pool.query<{ status: string }>(
    `select distinct status from orders where status not in ('ABANDONED', 'REFUSED') order by status`,
  );
  return rows.map((row) => row.status);
}

/** A newer workflow that does not follow an older history fails its task again and again. */
async function expectNoFailedTasks(client: Client, { pool }: Space): Promise<void> {
  const { rows } = await pool.query<{ order_id: string }>(
    'select order_id from orders where tracked_at is not null',
  );
  const failures = await inParallel(rows, 10, async ({ order_id: orderId }) => {
    const { events } = await client.workflow.getHandle(workflowIdOf(orderId)).fetchHistory();
    return (events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
      failed ? [`${orderId}: ${failed.failure?.message ?? 'a workflow task failed'}`] : [],
    );
  });
  expect(failures.flat()).toEqual([]);
}

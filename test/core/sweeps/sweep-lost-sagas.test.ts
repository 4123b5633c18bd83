import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditProducts } from '../../../src/core/catalog/audit.js';
import { sweepEndings } from '../../../src/core/sweeps/sweep-endings.js';
import { workflowIdOf } from '../../../src/core/names.js';
import { LIVE_STATUSES } from '../../../src/core/order.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { recordPaymentAttempt } from '../../../src/core/postgres/record-payment-attempt.js';
import type { SweepDeps } from '../../../src/core/sweeps/sweep-deps.js';
import { sweepLatePayments } from '../../../src/core/sweeps/sweep-late-payments.js';
import { sweepLostSagas } from '../../../src/core/sweeps/sweep-lost-sagas.js';
import { sweepOverdueOrders } from '../../../src/core/sweeps/sweep-overdue-orders.js';
import { describeSaga } from '../../../src/core/temporal/describe-saga.js';
import { findFailedSagas } from '../../../src/core/temporal/find-failed-sagas.js';
import { terminateSagas } from '../../support/terminate-sagas.js';
import { waitFor } from '../../support/wait-for.js';
import { createSimulatedGateway } from '../../../src/worker/payments/simulated-gateway.js';
import { createSagaStand, PRODUCT, SEEDED, type SagaStand } from '../../worker/saga-stand.js';
import type { TemporalWorker } from '../../worker/temporal-worker.js';

/** What the worker of all these tests does now. */
const mode = { begin: 'works', gateway: 'waits' } as {
  begin: 'works' | 'fails';
  gateway: 'pays' | 'waits' | 'fails';
};

let stand: SagaStand;
let worker: TemporalWorker;
/** Confirmed by the tests before. */
let sold = 0;
beforeAll(async () => {
  stand = await createSagaStand('lost-sagas');
  const simulated = { approveRate: 1, latencyMs: 0 };
  const pays = createSimulatedGateway({ ...simulated, manualCapture: false });
  const waits = createSimulatedGateway({ ...simulated, manualCapture: true });
  const away = () => Promise.reject(new Error('away'));
  worker = await stand.worker({
    deps: {
      gateway: {
        ...pays,
        requestPayment: (request, signal) =>
          mode.gateway === 'fails'
            ? away()
            : (mode.gateway === 'pays' ? pays : waits).requestPayment(request, signal),
      },
    },
    bend: (activities) => ({
      ...activities,
      beginOrder: (input) => (mode.begin === 'fails' ? away() : activities.beginOrder(input)),
    }),
  });
});
beforeEach(() => {
  mode.begin = 'works';
  mode.gateway = 'waits';
});
/** Nothing that one test leaves alive is found by the sweeps of the next. */
afterEach(async () => {
  const { rows } = await stand.space.pool.query<{ order_id: string }>(
    'select order_id from orders where status = any($1)',
    [LIVE_STATUSES],
  );
  const orderIds = rows.map((row) => row.order_id);
  await endOrders(
    stand.space.pool,
    orderIds.map((orderId) => ({ orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' })),
  );
  await terminateSagas(worker.client, orderIds);
});
afterAll(() => stand.close());

const sweepSagas = () => {
  const { pool, prefix, log } = stand.space;
  return sweepLostSagas(
    { pool, temporal: worker.client, prefix, paymentDeadlineMs: 60_000, log },
    { limit: 2, graceMs: 0 },
  );
};
const deps = (): SweepDeps => {
  const { pool, redis, prefix, log } = stand.space;
  return { pool, redis, prefix, log, announce: () => undefined, count: () => undefined };
};
const sweepOverdue = () => sweepOverdueOrders(deps(), { limit: 100, graceMs: 0 });
const sweepLate = () => sweepLatePayments(deps(), { limit: 100, olderThanMs: 0 });
const pay = (orderId: string, attempt = 1) =>
  recordCaptures(stand.space.pool, [
    {
      orderId,
      attempt,
      gateway: 'simulated',
      gatewayReference: `${orderId}-${attempt}`,
      amountMinor: 4_990,
      currency: 'EUR',
    },
  ]);
const terminate = async (orderId: string) => {
  await worker.client.workflow.getHandle(workflowIdOf(orderId)).terminate();
  await listed(orderId);
};
/** The server's list follows with a delay of its own. */
const listed = (orderId: string, runs = 1) =>
  waitFor(
    async () => {
      const found = await findFailedSagas(worker.client, stand.space.prefix, {
        sinceMs: 60_000,
        limit: 1_000,
      });
      return (found.get(orderId)?.length ?? 0) >= runs;
    },
    { what: 'the ended run to be listed' },
  );
/** @param more orders confirmed by this test */
const expectAtRest = async (more: number) => {
  sold += more;
  await sweepEndings({ ...deps() }, { olderThanMs: 0, limit: 100 });
  expect(await stand.units()).toEqual({
    claimed: sold,
    held: 0,
    sold,
    available: SEEDED - sold,
    inHolds: 0,
    openHalves: 0,
  });
  const { pool, redis, prefix } = stand.space;
  expect(await auditProducts({ pool, redis, prefix }, [PRODUCT])).toMatchObject({ ok: true });
};
const eventsOf = async (orderId: string) => {
  const { rows } = await stand.space.pool.query<{ type: string }>(
    'select type from order_events where order_id = $1',
    [orderId],
  );
  return rows.map((row) => row.type);
};

describe('a workflow that is terminated', () => {
  it('before it has begun is started again, and its order confirmed', async () => {
    mode.begin = 'fails';
    const orderId = await stand.order();
    await worker.start({ orderId });
    await terminate(orderId);
    expect((await stand.row(orderId)).status).toBe('PENDING');
    mode.begin = 'works';
    mode.gateway = 'pays';
    expect(await sweepSagas()).toMatchObject({ started: 1 });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    await expectAtRest(1);
  });

  it('before it has asked for the payment is started again, and its order confirmed', async () => {
    mode.gateway = 'fails';
    const orderId = await stand.order();
    await worker.start({ orderId });
    await stand.waitForStatus(orderId, 'PAYMENT_PENDING');
    await terminate(orderId);
    mode.begin = 'works';
    mode.gateway = 'pays';
    expect(await sweepSagas()).toMatchObject({ started: 1 });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    await expectAtRest(1);
  });

  it('while it waits is started again and waits on, until the same deadline', async () => {
    const orderId = await stand.order();
    await worker.start({ orderId, deadlineMs: 2_500 });
    await worker.untilItWaits(orderId);
    const { payBy } = await stand.row(orderId);
    await terminate(orderId);
    expect(await sweepSagas()).toEqual({ started: 1, woken: 0, flagged: 0 });
    // Running again: nothing is lost any more.
    expect(await sweepSagas()).toEqual({ started: 0, woken: 0, flagged: 0 });
    expect((await stand.row(orderId)).payBy).toEqual(payBy);
    expect(await worker.result(orderId)).toEqual({ status: 'EXPIRED' });
    await expectAtRest(0);
  });

  it('after the payment was recorded leaves an order that is confirmed without it', async () => {
    const orderId = await stand.order();
    await worker.start({ orderId });
    await worker.untilItWaits(orderId);
    await terminate(orderId);
    await pay(orderId);
    expect(await sweepOverdue()).toEqual({ confirmed: 1, expired: 0 });
    expect(await sweepSagas()).toEqual({ started: 0, woken: 0, flagged: 0 });
    await expectAtRest(1);
  });

  it('and whose deadline passes leaves an order that is ended without it, its unit back once', async () => {
    const orderId = await stand.order();
    await worker.start({ orderId, deadlineMs: 1_500 });
    await worker.untilItWaits(orderId);
    await terminate(orderId);
    await waitFor(async () => (await sweepOverdue()).expired === 1, { what: 'the deadline to pass' });
    expect((await eventsOf(orderId)).filter((type) => type === 'EXPIRED')).toHaveLength(1);
    await expectAtRest(0);
  });

  it('between the statuses of begin is started again', async () => {
    mode.gateway = 'pays';
    const orderId = await stand.order();
    // No version in use stops here; an older or newer one may.
    await stand.space.pool.query(`update orders set status = 'INVENTORY_RESERVED' where order_id = $1`, [
      orderId,
    ]);
    expect(await sweepSagas()).toMatchObject({ started: 1 });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    await expectAtRest(1);
  });

  it('again and again is handed to a person instead of being started for ever', async () => {
    const orderId = await stand.order();
    mode.gateway = 'fails';
    await worker.start({ orderId });
    await stand.waitForStatus(orderId, 'PAYMENT_PENDING');
    for (let run = 1; run <= 5; run += 1) {
      await worker.client.workflow.getHandle(workflowIdOf(orderId)).terminate();
      await listed(orderId, run);
      if (run < 5) expect(await sweepSagas()).toMatchObject({ started: 1 });
    }
    expect(await sweepSagas()).toEqual({ started: 0, woken: 0, flagged: 1 });
    const { rows } = await stand.space.pool.query<{ review_reason: string; updated_at: Date }>(
      'select review_reason, updated_at from orders where order_id = $1',
      [orderId],
    );
    expect(rows[0]?.review_reason).toContain('5 times');
    // Told once: whoever goes by the age of the order still finds it.
    await sweepSagas();
    expect((await stand.row(orderId)).updatedAt).toEqual(rows[0]?.updated_at);
  }, 30_000);
});

it('starts a saga whose workflow was deleted before its payment was asked for', async () => {
  mode.gateway = 'pays';
  const orderId = await stand.order();
  await beginOrders(stand.space.pool, [{ orderId, deadlineMs: 60_000 }]);
  expect(await sweepSagas()).toEqual({ started: 1, woken: 0, flagged: 0 });
  expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
  await expectAtRest(1);
});

it('wakes a saga that missed that a further payment was asked for, once', async () => {
  const orderId = await stand.order();
  await worker.start({ orderId });
  await worker.untilItWaits(orderId);
  expect(await sweepSagas()).toEqual({ started: 0, woken: 0, flagged: 0 });
  await recordPaymentAttempt(stand.space.pool, {
    orderId,
    attempt: 2,
    gateway: 'simulated',
    status: 'REQUESTED',
  });
  expect(await sweepSagas()).toEqual({ started: 0, woken: 1, flagged: 0 });
  // Another sweep at the same moment, or after it: the same wake-up, and by now there is nothing to ask for.
  await sweepSagas();
  expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
  const history = await worker.history(orderId);
  expect(history.filter((type) => type.includes('UpdateAccepted'))).toHaveLength(1);
  await expectAtRest(1);
});

it('finishes an order that a late payment opened again after its saga had completed', async () => {
  const orderId = await stand.order();
  await worker.start({ orderId, deadlineMs: 300 });
  expect(await worker.result(orderId)).toEqual({ status: 'EXPIRED' });
  await pay(orderId);
  await claimLatePayments(stand.space.pool, [orderId]);
  expect((await stand.row(orderId)).status).toBe('PAYMENT_CONFIRMED');
  // Completed, so Temporal refuses another start.
  expect(await sweepSagas()).toEqual({ started: 0, woken: 0, flagged: 0 });
  expect((await describeSaga(worker.client, orderId)).status).toBe('completed');
  expect(await sweepLate()).toEqual({ confirmed: 1, refundDue: 0 });
  await expectAtRest(1);
});

it('leaves the dead and the living alone: ended orders and running sagas', async () => {
  const [ended, running] = [await stand.order(), await stand.order()];
  for (const orderId of [ended, running]) await worker.start({ orderId });
  for (const orderId of [ended, running]) await worker.untilItWaits(orderId);
  await terminate(ended);
  await endOrders(stand.space.pool, [
    { orderId: ended, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' },
  ]);
  expect(await sweepSagas()).toEqual({ started: 0, woken: 0, flagged: 0 });
  expect((await describeSaga(worker.client, ended)).status).toBe('terminated');
});

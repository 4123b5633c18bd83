import { describe, expect, it, type TestContext } from 'vitest';
import { TOPICS, workflowIdOf } from '../../src/core/names.js';
import { findPayments } from '../../src/core/postgres/find-payments.js';
import { findTimeline } from '../../src/core/postgres/find-timeline.js';
import { recordCaptures } from '../../src/core/postgres/record-capture.js';
import { requestPayments } from '../../src/core/postgres/request-payments.js';
import { createRedis, closeRedis } from '../../src/core/redis/create-redis.js';
import { subscribeOrderChanges, type OrderChange } from '../../src/core/redis/order-changes.js';
import { describeSaga } from '../../src/core/temporal/describe-saga.js';
import { startSaga } from '../../src/core/temporal/start-saga.js';
import { cancelBySaga, wakeSagaForPayment } from '../../src/core/temporal/wake-saga.js';
import type { PaymentGateway } from '../../src/worker/payments/gateway.js';
import { waitFor } from '../support/wait-for.js';
import { countBillableActions } from './billable-actions.js';
import { GIVEN_BACK, HELD_ONE, openSagaStand, SEEDED, SOLD_ONE, type SagaStand } from './saga-stand.js';
import type { TemporalWorker } from './temporal-worker.js';

const MANUAL = { simulatedManualCapture: 'true' } as const;
/** A gateway that declines every attempt before the given one, and not for good. */
const payingAt = (paid: number): PaymentGateway => ({
  name: 'simulated',
  quick: true,
  requestPayment: ({ attempt, idempotencyKey }) =>
    Promise.resolve(
      attempt < paid
        ? { kind: 'declined', final: false, code: 'try_again' }
        : { kind: 'captured', reference: idempotencyKey },
    ),
  refund: () => Promise.reject(new Error('nothing is refunded here')),
});

/** Each test has a stand of its own, so that they can run at once. */
async function begin(
  onTestFinished: TestContext['onTestFinished'],
  options?: Parameters<SagaStand['worker']>[0],
): Promise<{ stand: SagaStand; worker: TemporalWorker }> {
  const stand = await openSagaStand(onTestFinished);
  return { stand, worker: await stand.worker(options) };
}

const capture = async (stand: SagaStand, orderId: string, gatewayReference: string) => {
  const payment = { orderId, attempt: 1, gateway: 'simulated', gatewayReference } as const;
  const outcomes = await recordCaptures(stand.space.pool, [
    { ...payment, amountMinor: 4_990, currency: 'EUR' },
  ]);
  return outcomes.get(orderId);
};

describe.concurrent('sagas on real stores', () => {
  it('confirms an order, settles its hold, tells Kafka and the streams, and counts it', async ({
    onTestFinished,
  }) => {
    const { stand, worker } = await begin(onTestFinished);
    const { space } = stand;
    const subscriber = createRedis(
      { url: space.config().redisUrl, purpose: 'subscriber', applicationName: 'test' },
      space.log,
    );
    const seen: OrderChange[] = [];
    await subscribeOrderChanges(subscriber, space.prefix, (changes) => void seen.push(...changes));

    const orderId = await stand.order();
    await worker.start({ orderId });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });

    expect(await stand.units()).toEqual(SOLD_ONE);
    expect(await stand.row(orderId)).toMatchObject({ status: 'CONFIRMED', paid: true, failureCode: null });
    const timeline = await findTimeline(space.pool, orderId);
    expect(timeline.map((event) => event.type)).toEqual([
      'PENDING',
      'INVENTORY_RESERVED',
      'PAYMENT_PENDING',
      'PAYMENT_CAPTURED',
      'PAYMENT_CONFIRMED',
      'CONFIRMED',
    ]);
    expect(stand.offered.map((record) => [record.type, record.topics])).toEqual([
      ['PAYMENT_PENDING', [TOPICS.progress]],
      ['CONFIRMED', [TOPICS.confirmed, TOPICS.progress]],
    ]);
    expect(stand.counts).toEqual({ confirmed: 1 });
    expect(stand.latencies).toHaveLength(1);
    await waitFor(() => seen.some((change) => change.orderId === orderId && change.status === 'CONFIRMED'), {
      what: 'the stream of changes',
    });
    // Start, and one workflow task with three local activities.
    const history = await worker.history(orderId);
    expect(history).toHaveLength(8);
    expect(countBillableActions(history)).toBe(2);
    await closeRedis(subscriber);
  });

  it('gives the unit of a declined order back once, and tells the buyer no more than the code', async ({
    onTestFinished,
  }) => {
    const { stand, worker } = await begin(onTestFinished, { settings: { simulatedDeclineUsers: 'broke-' } });
    const orderId = await stand.order({ userId: 'broke-1', quantity: 3 });
    expect(await stand.units()).toEqual({
      claimed: 3,
      held: 3,
      sold: 0,
      available: SEEDED - 3,
      inHolds: 3,
      openHalves: 0,
    });
    await worker.start({ orderId });
    expect(await worker.result(orderId)).toEqual({ status: 'FAILED' });
    expect(await stand.units()).toEqual(GIVEN_BACK);
    expect(await stand.row(orderId)).toMatchObject({ failureCode: 'PAYMENT_DECLINED', paid: false });
    expect(await findPayments(stand.space.pool, orderId)).toMatchObject([{ status: 'DECLINED', attempt: 1 }]);
    expect(stand.offered.at(-1)).toMatchObject({ type: 'FAILED', topics: [TOPICS.failed, TOPICS.progress] });
    expect(stand.counts).toEqual({ failed: 1, released: 1 });
  });

  it('expires an unpaid order at its deadline, not before, and its unit is back', async ({
    onTestFinished,
  }) => {
    const { stand, worker } = await begin(onTestFinished, { settings: MANUAL });
    const orderId = await stand.order();
    await worker.start({ orderId, deadlineMs: 800 });
    expect(await worker.result(orderId)).toEqual({ status: 'EXPIRED' });
    const row = await stand.row(orderId);
    expect(row.failureCode).toBe('PAYMENT_EXPIRED');
    // Both times are Postgres's.
    const timeline = await findTimeline(stand.space.pool, orderId);
    const expired = timeline.find((event) => event.type === 'EXPIRED');
    expect(expired?.occurredAt.getTime()).toBeGreaterThanOrEqual(row.payBy?.getTime() ?? Infinity);
    expect(await stand.units()).toEqual(GIVEN_BACK);
    expect(stand.counts).toEqual({ expired: 1, released: 1 });
  });

  it('uses a payment that was recorded before the workflow existed', async ({ onTestFinished }) => {
    const { stand, worker } = await begin(onTestFinished, { settings: MANUAL });
    const orderId = await stand.order();
    expect(await capture(stand, orderId, 'early')).toBe('captured');
    expect(await wakeSagaForPayment(worker.client, orderId, { updateId: 'early' })).toEqual({
      kind: 'missing',
    });
    await worker.start({ orderId });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(await stand.units()).toEqual(SOLD_ONE);
    expect(await findPayments(stand.space.pool, orderId)).toHaveLength(1);
  });

  it('counts a payment once that is reported twice, and keeps one that comes after the end apart', async ({
    onTestFinished,
  }) => {
    const { stand, worker } = await begin(onTestFinished, { settings: MANUAL });
    const [paid, expired] = [await stand.order(), await stand.order()];
    await worker.start({ orderId: paid });
    await worker.start({ orderId: expired, deadlineMs: 500 });
    await stand.waitForStatus(paid, 'PAYMENT_PENDING');
    const outcomes = await Promise.all([capture(stand, paid, 'twice'), capture(stand, paid, 'twice')]);
    expect(outcomes.toSorted()).toEqual(['already', 'captured']);
    for (const updateId of ['first', 'second']) await wakeSagaForPayment(worker.client, paid, { updateId });
    expect(await worker.result(paid)).toEqual({ status: 'CONFIRMED' });
    expect(await worker.result(expired)).toEqual({ status: 'EXPIRED' });
    expect(await capture(stand, expired, 'too-late')).toBe('late');
    expect(await capture(stand, expired, 'too-late')).toBe('late');
    expect(await wakeSagaForPayment(worker.client, expired, { updateId: 'too-late' })).toEqual({
      kind: 'missing',
    });
    expect(await findPayments(stand.space.pool, expired)).toMatchObject([{ status: 'LATE' }]);
    expect(await stand.units()).toEqual(SOLD_ONE);
  });

  it('confirms an order whose first payment was declined and whose second one pays', async ({
    onTestFinished,
  }) => {
    const { stand, worker } = await begin(onTestFinished, { deps: { gateway: payingAt(2) } });
    const orderId = await stand.order();
    await worker.start({ orderId });
    await worker.untilItWaits(orderId);
    expect((await requestPayments(stand.space.pool, [orderId])).get(orderId)).toMatchObject({ attempt: 2 });
    await wakeSagaForPayment(worker.client, orderId, { updateId: 'pay-2' });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(await findPayments(stand.space.pool, orderId)).toMatchObject([
      { attempt: 1, status: 'DECLINED' },
      { attempt: 2, status: 'CAPTURED', gatewayReference: `${orderId}:2` },
    ]);
    expect(await stand.units()).toEqual(SOLD_ONE);
  });

  it('pays by the open attempt when the saga was lost before it heard of it', async ({ onTestFinished }) => {
    const { stand, worker } = await begin(onTestFinished, { deps: { gateway: payingAt(2) } });
    const orderId = await stand.order();
    await worker.start({ orderId });
    await worker.untilItWaits(orderId);
    await worker.client.workflow.getHandle(workflowIdOf(orderId)).terminate();
    await requestPayments(stand.space.pool, [orderId]);
    const input = { orderId, deadlineMs: 60_000 };
    await startSaga(worker.client, worker.prefix, orderId, input, { afterFailure: true });
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect((await findPayments(stand.space.pool, orderId)).map(({ status }) => status)).toEqual([
      'DECLINED',
      'CAPTURED',
    ]);
    expect(await stand.units()).toEqual(SOLD_ONE);
  });

  it('lets either the cancel or the payment win when both come at once, never both', async ({
    onTestFinished,
  }) => {
    const { stand, worker } = await begin(onTestFinished, { settings: MANUAL });
    const orders = await Promise.all(Array.from({ length: 12 }, () => stand.order()));
    for (const orderId of orders) await worker.start({ orderId });
    for (const orderId of orders) await stand.waitForStatus(orderId, 'PAYMENT_PENDING');
    const cancelCode = { failureCode: 'CANCELLED_BY_CUSTOMER' } as const;
    const captured = await Promise.all(
      orders.map(async (orderId, n) => {
        const cancel = () => cancelBySaga(worker.client, orderId, cancelCode, { updateId: 'cancel' });
        const pay = async () => {
          const outcome = await capture(stand, orderId, `race-${orderId}`);
          await wakeSagaForPayment(worker.client, orderId, { updateId: 'payment' });
          return outcome;
        };
        const [first, second] = n % 2 === 0 ? [cancel(), pay()] : [pay(), cancel()];
        const outcomes = await Promise.all([first, second]);
        return outcomes[n % 2 === 0 ? 1 : 0];
      }),
    );
    let confirmed = 0;
    for (const [n, orderId] of orders.entries()) {
      const { status } = await worker.result(orderId);
      expect(status).toBe(captured[n] === 'captured' ? 'CONFIRMED' : 'CANCELLED');
      if (status === 'CONFIRMED') confirmed += 1;
      const { paid } = await stand.row(orderId);
      expect(paid).toBe(status === 'CONFIRMED');
    }
    expect(await stand.units()).toEqual({
      claimed: confirmed,
      held: 0,
      sold: confirmed,
      available: SEEDED - confirmed,
      inHolds: 0,
      openHalves: 0,
    });
  });

  it('answers a second start of the same order with already, running or closed', async ({
    onTestFinished,
  }) => {
    const { stand, worker } = await begin(onTestFinished, { settings: MANUAL });
    const orderId = await stand.order();
    const start = () => startSaga(worker.client, worker.prefix, orderId, { orderId, deadlineMs: 700 });
    expect(await start()).toBe('started');
    expect(await start()).toBe('already');
    expect(await worker.result(orderId)).toEqual({ status: 'EXPIRED' });
    expect(await start()).toBe('already');
    expect(await describeSaga(worker.client, orderId)).toMatchObject({ status: 'completed' });
  });

  it('goes on where a terminated run stopped, when it is started again on purpose', async ({
    onTestFinished,
  }) => {
    const { stand, worker } = await begin(onTestFinished, { settings: MANUAL });
    const orderId = await stand.order();
    await worker.start({ orderId });
    await stand.waitForStatus(orderId, 'PAYMENT_PENDING');
    await worker.client.workflow.getHandle(workflowIdOf(orderId)).terminate();
    expect(await describeSaga(worker.client, orderId)).toMatchObject({ status: 'terminated' });
    // Nothing was given back: the unit is still held for the order.
    expect(await stand.units()).toEqual(HELD_ONE);

    const input = { orderId, deadlineMs: 60_000 };
    expect(await startSaga(worker.client, worker.prefix, orderId, input)).toBe('already');
    expect(await capture(stand, orderId, 'meanwhile')).toBe('captured');
    expect(await startSaga(worker.client, worker.prefix, orderId, input, { afterFailure: true })).toBe(
      'started',
    );
    expect(await worker.result(orderId)).toEqual({ status: 'CONFIRMED' });
    expect(await stand.units()).toEqual(SOLD_ONE);
  });

  it('leaves the Redis half of an ending that nobody finishes to the sweep', async ({ onTestFinished }) => {
    const { stand, worker } = await begin(onTestFinished, {
      settings: { simulatedApproveRate: '0' },
      bend: (a) => ({ ...a, finishHold: () => Promise.reject(new Error('away')) }),
    });
    const orderId = await stand.order();
    await worker.start({ orderId });
    await stand.waitForStatus(orderId, 'FAILED');
    await worker.client.workflow.getHandle(workflowIdOf(orderId)).terminate();
    expect(await stand.units()).toMatchObject({
      claimed: 0,
      available: SEEDED - 1,
      inHolds: 1,
      openHalves: 1,
    });
    await stand.space.pool.query(`update orders set updated_at = now() - interval '1 hour'`);
    const other = await stand.worker();
    await other.client.workflow.execute('sweep', {
      taskQueue: worker.taskQueue,
      workflowId: `sweep-${orderId}`,
      args: ['unfinished-endings'],
    });
    expect(await stand.units()).toEqual(GIVEN_BACK);
  });

  it('ends a hundred orders together in a few calls to Postgres', async ({ onTestFinished }) => {
    const stand = await openSagaStand(onTestFinished);
    let calls = 0;
    const { pool } = stand.space;
    const counting = {
      ...pool,
      query: ((given, values) => {
        if ((typeof given === 'string' ? given : given.text).includes('end_orders(')) calls += 1;
        return pool.query(given, values);
      }) as typeof pool.query,
    };
    const worker = await stand.worker({ deps: { pool: counting }, settings: { simulatedApproveRate: '0' } });
    const orders = await Promise.all(Array.from({ length: SEEDED }, () => stand.order()));
    await Promise.all(orders.map((orderId) => worker.start({ orderId })));
    for (const orderId of orders) expect(await worker.result(orderId)).toEqual({ status: 'FAILED' });
    expect(await stand.units()).toEqual(GIVEN_BACK);
    expect(stand.counts).toEqual({ failed: SEEDED, released: SEEDED });
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThan(SEEDED);
  });
});

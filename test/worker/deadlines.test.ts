import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createBatcher } from '../../src/core/create-batcher.js';
import { createEndOrder } from '../../src/core/orders/end-order.js';
import { claimLatePayments } from '../../src/core/postgres/claim-late-payments.js';
import { confirmOrders } from '../../src/core/postgres/confirm-orders.js';
import { findOrdersByIds } from '../../src/core/postgres/find-orders-by-ids.js';
import { recordCaptures, type Capture, type CaptureOutcome } from '../../src/core/postgres/record-capture.js';
import { beginOrders } from '../../src/core/postgres/begin-orders.js';
import { wakeSagaForPayment } from '../../src/core/temporal/wake-saga.js';
import { acceptMany, expectConserved, makeProduct, typesOf } from '../core/postgres/fixture.js';
import { createSpace, type Space } from '../support/space.js';
import { seededRandom } from '../support/seeded-random.js';
import { waitFor } from '../support/wait-for.js';
import { createSagaStand, type SagaStand } from './saga-stand.js';

/** How far from its deadline a payment may come. */
const AROUND_MS = 50;
const MONEY = { amountMinor: 4_990, currency: 'EUR' } as const;
const captureOf = (orderId: string): Capture => ({
  ...{ orderId, attempt: 1, gateway: 'simulated', gatewayReference: `ref-${orderId}` },
  ...MONEY,
});

interface Facts {
  readonly order_id: string;
  readonly status: string;
  readonly paid: boolean;
  readonly refund_due: boolean;
  readonly payment: string;
}
const factsOf = async (space: Pick<Space, 'pool'>, orderIds: readonly string[]) =>
  (
    await space.pool.query<Facts>(
      `select o.order_id, o.status, o.paid, o.refund_due, p.status as payment
       from orders o join payments p on p.order_id = o.order_id where o.order_id = any($1)`,
      [orderIds],
    )
  ).rows;

/** Kept: paid and sold. Given up: released, with its money taken but not for the order. There is nothing else. */
function judge({ status, paid, refund_due, payment }: Facts): 'kept' | 'given-up' {
  const facts = { status, paid, refund_due, payment };
  if (status === 'CONFIRMED') {
    expect(facts).toEqual({ status, paid: true, refund_due: false, payment: 'CAPTURED' });
    return 'kept';
  }
  expect(facts).toMatchObject({ status: 'EXPIRED', paid: false, payment: 'LATE' });
  return 'given-up';
}

describe('a payment that comes within 50 ms of the deadline', () => {
  let close: () => Promise<void>;
  afterEach(() => close());

  it('of 1,000 orders at once either keeps its order or comes too late for it, never both and never neither', async () => {
    const space = await createSpace('deadlines');
    close = () => space.close();
    const { pool } = space;
    const productId = await makeProduct(pool, 1_000);
    const orders = (
      await Promise.all(Array.from({ length: 5 }, () => acceptMany(pool, productId, 200)))
    ).flat();
    const orderIds = orders.map((order) => order.orderId);
    await beginOrders(
      pool,
      orderIds.map((orderId) => ({ orderId, deadlineMs: 60_000 })),
    );
    // The worker's own parts: endings and captures in batches, each kind with one call in flight.
    const end = createEndOrder({
      ...space,
      relay: { offer: () => undefined },
      stats: { count: () => undefined },
    });
    const record = createBatcher<Capture, CaptureOutcome>({
      ...{ name: 'capture', maxBatch: 200, maxQueue: 2_000 },
      keyOf: (capture) => capture.orderId,
      run: (captures) => recordCaptures(pool, captures),
    });
    const random = seededRandom(20_261_125);
    const outcomes = await Promise.all(
      orderIds.map(async (orderId) => {
        const deadline = AROUND_MS + random.below(1_000);
        const payment = deadline + random.below(2 * AROUND_MS + 1) - AROUND_MS;
        const [ended, captured] = await Promise.all([
          sleep(deadline).then(() => end({ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' })),
          sleep(payment).then(() => record(captureOf(orderId))),
        ]);
        // Whoever hears first that the other was first goes on from there.
        if (ended.status !== 'EXPIRED') await confirmOrders(pool, [orderId]);
        return `${ended.status === 'EXPIRED' ? 'expired' : 'kept'} ${captured}`;
      }),
    );
    expect(new Set(outcomes)).toEqual(new Set(['expired late', 'kept captured']));
    const lateOnes = outcomes.filter((outcome) => outcome === 'expired late').length;
    const judged = (await factsOf(space, orderIds)).map(judge);
    expect(judged.filter((verdict) => verdict === 'given-up')).toHaveLength(lateOnes);
    expect(judged).toHaveLength(1_000);
    await expectConserved(pool, [productId]);

    // Half of the units have been bought by others meanwhile: late payments claim the rest, oldest first.
    await acceptMany(pool, productId, Math.floor(lateOnes / 2));
    const claims = await claimLatePayments(pool, orderIds);
    const again = [...claims.values()].filter((claim) => claim.outcome === 'claimed').length;
    expect(again).toBe(lateOnes - Math.floor(lateOnes / 2));
    await confirmOrders(pool, orderIds);
    const settled = await factsOf(space, orderIds);
    for (const facts of settled) {
      if (judge(facts) === 'given-up') expect(facts.refund_due).toBe(true);
    }
    expect(settled.filter((facts) => facts.status === 'CONFIRMED')).toHaveLength(1_000 - lateOnes + again);
    await expectConserved(pool, [productId]);
    for (const orderId of orderIds.slice(0, 50)) await typesOf(pool, orderId);
  });

  it('is decided by the row for sagas too, woken or not', async () => {
    const stand: SagaStand = await createSagaStand('deadlines');
    close = () => stand.close();
    const { pool } = stand.space;
    const worker = await stand.worker({ settings: { simulatedManualCapture: 'true' } });
    const orderIds = await Promise.all(Array.from({ length: 40 }, () => stand.order()));
    await Promise.all(orderIds.map((orderId) => worker.start({ orderId, deadlineMs: 3_000 })));
    await waitFor(
      async () =>
        [...(await findOrdersByIds(pool, orderIds)).values()].every((order) => order.payBy !== null),
      { what: 'every saga to have begun' },
    );
    const random = seededRandom(7);
    const { rows } = await pool.query<{ order_id: string; left: number }>(
      `select order_id, (extract(epoch from pay_by - clock_timestamp()) * 1000)::float8 as left from orders`,
    );
    await Promise.all(
      rows.map(async ({ order_id: orderId, left }, n) => {
        await sleep(Math.max(0, left + random.below(2 * AROUND_MS + 1) - AROUND_MS));
        await recordCaptures(pool, [captureOf(orderId)]);
        if (n % 2 === 0) {
          await wakeSagaForPayment(worker.client, orderId, { updateId: randomUUID() }).catch(() => undefined);
        }
      }),
    );
    const results = await Promise.all(orderIds.map((orderId) => worker.result(orderId)));
    const facts = await factsOf(stand.space, orderIds);
    const kept = facts.map(judge).filter((verdict) => verdict === 'kept').length;
    expect(facts).toHaveLength(40);
    expect(results.filter((result) => result.status === 'CONFIRMED')).toHaveLength(kept);
    expect(await stand.units()).toMatchObject({
      ...{ claimed: kept, held: 0, sold: kept, inHolds: 0, openHalves: 0 },
    });
  });
});

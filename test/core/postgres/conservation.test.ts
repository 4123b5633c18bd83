import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import { LIVE_STATUSES, type OrderStatus } from '../../../src/core/order.js';
import { abandonReservations } from '../../../src/core/postgres/abandon-reservations.js';
import {
  acceptOrders,
  type AcceptedOrder,
  type AcceptRow,
} from '../../../src/core/postgres/accept-orders.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { createPool, type Pool } from '../../../src/core/postgres/create-pool.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findConservation } from '../../../src/core/postgres/find-conservation.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { requeueOrders } from '../../../src/core/postgres/requeue-orders.js';
import { seedStock } from '../../../src/core/postgres/seed-stock-rows.js';
import { trackOrders } from '../../../src/core/postgres/track-orders.js';
import { createSpace, type Space } from '../../support/space.js';
import { expectConserved, makeProduct, makeRow, TO_PAY_MS } from './fixture.js';

let space: Space;
const replicas: Pool[] = [];
beforeAll(async () => {
  space = await createSpace('conservation');
  for (let n = 0; n < 4; n += 1) {
    replicas.push(
      createPool({ url: space.databaseUrl, applicationName: `replica-${n}`, max: 2 }, createSilentLog()),
    );
  }
});
afterAll(async () => {
  await Promise.all(replicas.map((pool) => pool.end()));
  await space.close();
});

const captureOf = (order: AcceptedOrder) => ({
  orderId: order.orderId,
  attempt: 1,
  gateway: 'simulated',
  gatewayReference: order.orderId,
  amountMinor: order.amount.amountMinor,
  currency: order.amount.currency,
});

/** A repeatable shuffle, so that a failing order of locks comes back with its seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed + 1;
  return items
    .map((item) => ({ item, key: (state = (state * 48_271) % 2_147_483_647) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

it('accepts, endings, captures, late claims, sweeps and replays on shared products neither deadlock nor lose a unit', async () => {
  const products = await Promise.all(Array.from({ length: 5 }, () => makeProduct(space.pool, 400)));
  const accepted: AcceptedOrder[] = [];
  // Products and rows in another order in every batch: only the lock order keeps these from deadlocking.
  const acceptSome = async (pool: Pool, seed: number) => {
    const rows: AcceptRow[] = shuffled(
      products.flatMap((id) => [makeRow(id), makeRow(id, { quantity: 2 })]),
      seed,
    );
    const outcomes = await acceptOrders(pool, rows);
    const verdicts = await abandonReservations(pool, shuffled(rows, seed + 7));
    for (const outcome of outcomes.values()) {
      expect(verdicts.get(outcome.reservationId)?.verdict).toBe(outcome.kind === 'new' ? 'leave' : 'release');
    }
    // Only now may others end them.
    for (const outcome of outcomes.values()) if (outcome.kind === 'new') accepted.push(outcome.order);
  };
  for (const pool of replicas) await acceptSome(pool, 1);

  const moves: ((pool: Pool, orders: readonly AcceptedOrder[]) => Promise<unknown>)[] = [
    (pool, orders) =>
      beginOrders(
        pool,
        orders.map(({ orderId }) => ({ orderId, deadlineMs: TO_PAY_MS })),
      ),
    (pool, orders) =>
      endOrders(
        pool,
        orders.map(({ orderId }) => ({ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' })),
      ),
    (pool, orders) => recordCaptures(pool, orders.map(captureOf)),
    (pool, orders) =>
      claimLatePayments(
        pool,
        orders.map(({ orderId }) => orderId),
      ),
    (pool, orders) =>
      confirmOrders(
        pool,
        orders.map(({ orderId }) => orderId),
      ),
    (pool, orders) =>
      trackOrders(
        pool,
        orders.map(({ orderId }) => orderId),
      ),
    (pool, orders) =>
      requeueOrders(
        pool,
        orders.map(({ orderId }) => ({ orderId, replayCount: 0 })),
      ),
  ];
  const worker = async (pool: Pool, seed: number) => {
    for (let round = 0; round < 12; round += 1) {
      const move = moves[(seed + round) % moves.length];
      await Promise.all([
        acceptSome(pool, seed * 31 + round),
        move?.(pool, shuffled(accepted, seed + round).slice(0, 40)),
        expectConserved(pool, products),
      ]);
    }
  };
  // A deadlock would reject with UNAVAILABLE (40P01), and so fail the test.
  await Promise.all(
    replicas.flatMap((pool, index) => [worker(pool, index * 2), worker(pool, index * 2 + 1)]),
  );
  await expectConserved(space.pool, products);
  expect(accepted.length).toBeGreaterThan(products.length * 100);
  // Each order was paid by at most one payment, and no paid order was released.
  const { rows } = await space.pool.query<{ wrong: string }>(
    `select count(*) as wrong from orders o
     where (o.paid and o.status in ('EXPIRED', 'FAILED', 'CANCELLED'))
        or o.paid <> exists (select from payments p where p.order_id = o.order_id and p.status = 'CAPTURED')
        or (o.status in ('CONFIRMED', 'PAYMENT_CONFIRMED') and not o.paid)`,
  );
  expect(rows[0]?.wrong).toBe('0');
}, 60_000);

/** One product, up to six orders: what a model of a few lines says must be what the tables say. */
const UNITS = 5;
const action = fc.oneof(
  fc.record({
    do: fc.constant('accept' as const),
    slot: fc.nat(5),
    quantity: fc.integer({ min: 1, max: 3 }),
  }),
  ...(['begin', 'expire', 'cancel', 'fail', 'capture', 'claim', 'confirm', 'abandon', 'track'] as const).map(
    (name) => fc.record({ do: fc.constant(name), slot: fc.nat(5) }),
  ),
  fc.record({ do: fc.constant('restock' as const), units: fc.integer({ min: -3, max: 3 }) }),
);

interface Modelled {
  quantity: number;
  status: OrderStatus | 'ABANDONED' | 'REFUSED';
  paid: boolean;
  late: boolean;
  refund: boolean;
}

it('any sequence of operations keeps seeded = available + held + sold, and agrees with the model', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 25 }), async (actions) => {
      const productId = await makeProduct(space.pool, UNITS);
      const slots = Array.from({ length: 6 }, () => ({
        row: makeRow(productId),
        order: undefined as AcceptedOrder | undefined,
      }));
      const model = new Map<number, Modelled>();
      let seeded = UNITS;
      const isLive = (order: Modelled) => (LIVE_STATUSES as readonly string[]).includes(order.status);
      const claimed = () =>
        [...model.values()].reduce(
          (sum, order) => sum + (isLive(order) || order.status === 'CONFIRMED' ? order.quantity : 0),
          0,
        );

      for (const step of actions) {
        if (step.do === 'restock') {
          const mode = step.units < 0 ? 'remove' : 'add';
          const quantity = Math.abs(step.units);
          const [result] = await seedStock(space.pool, {
            operationId: randomUUID(),
            mode,
            rows: [{ productId, quantity }],
            actor: 'test',
          });
          if (seeded + step.units >= claimed()) seeded += step.units;
          expect(result?.seeded).toBe(seeded);
        } else {
          const slot = slots[step.slot];
          if (!slot) continue;
          await apply(step, slot, model, () => seeded - claimed());
        }
        const [sums] = await findConservation(space.pool, [productId]);
        expect(sums).toMatchObject({ seeded, claimed: claimed() });
        expect((sums?.held ?? 0) + (sums?.sold ?? 0)).toBe(claimed());
      }
      for (const [index, expected] of model) {
        const { rows } = await space.pool.query<{ status: string; paid: boolean; refund_due: boolean }>(
          'select status, paid, refund_due from orders where reservation_id = $1',
          [slots[index]?.row.reservationId],
        );
        expect(rows[0]).toEqual({
          status: expected.status,
          paid: expected.paid,
          refund_due: expected.refund,
        });
      }
    }),
    { numRuns: 60 },
  );

  type Slot = { row: AcceptRow; order: AcceptedOrder | undefined };
  type Step = Extract<Parameters<Parameters<typeof action.map>[0]>[0], { slot: number }>;
  async function apply(
    step: Step,
    slot: Slot,
    model: Map<number, Modelled>,
    free: () => number,
  ): Promise<void> {
    const known = model.get(step.slot);
    if (step.do === 'accept') {
      const row = known ? slot.row : { ...slot.row, quantity: step.quantity };
      slot.row = row;
      const outcome = (await acceptOrders(space.pool, [row])).get(row.reservationId);
      if (known) {
        const ended = known.status === 'ABANDONED' || known.status === 'REFUSED';
        expect(outcome?.kind).toBe(ended ? 'ended' : 'known');
        return;
      }
      const fits = row.quantity <= free();
      expect(outcome?.kind).toBe(fits ? 'new' : 'no-units');
      if (outcome?.kind === 'new') slot.order = outcome.order;
      model.set(step.slot, {
        quantity: row.quantity,
        status: fits ? 'PENDING' : 'REFUSED',
        paid: false,
        late: false,
        refund: false,
      });
      return;
    }
    if (step.do === 'abandon') {
      await abandonReservations(space.pool, [slot.row]);
      if (!known)
        model.set(step.slot, {
          quantity: slot.row.quantity,
          status: 'ABANDONED',
          paid: false,
          late: false,
          refund: false,
        });
      return;
    }
    if (!slot.order || !known) return;
    const { orderId } = slot.order;
    const live = (LIVE_STATUSES as readonly string[]).includes(known.status);
    const end = async (status: 'EXPIRED' | 'CANCELLED' | 'FAILED') => {
      await endOrders(space.pool, [{ orderId, status, failureCode: 'PAYMENT_DECLINED' }]);
      if (live && !known.paid) known.status = status;
    };
    switch (step.do) {
      case 'begin':
        await beginOrders(space.pool, [{ orderId, deadlineMs: TO_PAY_MS }]);
        if (known.status === 'PENDING') known.status = 'PAYMENT_PENDING';
        return;
      case 'expire':
        return end('EXPIRED');
      case 'cancel':
        return end('CANCELLED');
      case 'fail':
        return end('FAILED');
      case 'track':
        await trackOrders(space.pool, [orderId]);
        return;
      case 'capture':
        await recordCaptures(space.pool, [captureOf(slot.order)]);
        if (known.paid || known.late) return;
        if (live) known.paid = true;
        else known.late = true;
        if (known.late && known.status !== 'EXPIRED') known.refund = true;
        return;
      case 'claim':
        await claimLatePayments(space.pool, [orderId]);
        if (known.status !== 'EXPIRED' || !known.late || known.refund) return;
        if (known.quantity > free()) known.refund = true;
        else Object.assign(known, { status: 'PAYMENT_CONFIRMED', paid: true, late: false });
        return;
      case 'confirm':
        await confirmOrders(space.pool, [orderId]);
        if (known.paid && (known.status === 'PAYMENT_PENDING' || known.status === 'PAYMENT_CONFIRMED'))
          known.status = 'CONFIRMED';
        return;
    }
  }
}, 120_000);

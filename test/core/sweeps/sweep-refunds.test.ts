import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Refunder } from '../../../src/core/payments/refunder.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { sweepLatePayments } from '../../../src/core/sweeps/sweep-late-payments.js';
import { sweepRefunds, type RefundDeps } from '../../../src/core/sweeps/sweep-refunds.js';
import { dyingAt } from '../../support/dying-pool.js';
import type { PlacedOrder } from '../catalog/shop.js';
import { createSweepStand, expectOnce, GATEWAY, type SweepStand } from './sweep-stand.js';

/** Keeps its promise about keys, and can be made to fail in every way a gateway does. */
interface TestGateway extends Refunder {
  /** Every call, by its key. */
  readonly asked: string[];
  /** Money that went back: once for each key. */
  readonly moved: Map<string, number>;
  behave: (key: string) => 'answers' | 'refuses' | 'is-away' | 'loses-the-answer';
}

function createTestGateway(): TestGateway {
  const gateway: TestGateway = {
    name: GATEWAY,
    asked: [],
    moved: new Map(),
    behave: () => 'answers',
    refund: ({ idempotencyKey, amount }) => {
      gateway.asked.push(idempotencyKey);
      switch (gateway.behave(idempotencyKey)) {
        case 'refuses':
          return Promise.resolve({ kind: 'refused', code: 'account_closed' });
        case 'is-away':
          return Promise.reject(new Error('connection refused'));
        case 'loses-the-answer':
          gateway.moved.set(idempotencyKey, amount.amountMinor);
          return Promise.reject(new Error('connection reset'));
        case 'answers':
          gateway.moved.set(idempotencyKey, amount.amountMinor);
          return Promise.resolve({ kind: 'refunded', reference: `re_${idempotencyKey}` });
      }
    },
  };
  return gateway;
}

let stand: SweepStand;
let gateway: TestGateway;
let product = 0;
beforeAll(async () => {
  stand = await createSweepStand('sweep-refunds');
});
beforeEach(() => {
  gateway = createTestGateway();
});
afterAll(() => stand.shop.space.close());

const sweep = (deps: Partial<RefundDeps> = {}) => {
  const { pool, log } = stand.shop.space;
  return sweepRefunds({ pool, log, refunder: gateway, ...deps }, { olderThanMs: 0, limit: 10 });
};
const open = async (units = 5) => {
  const productId = `p-${(product += 1)}`;
  await stand.shop.open(productId, units);
  return productId;
};
/** Cancelled by an operator although it was paid. */
const owed = async (productId: string) => {
  const order = await stand.waiting(productId);
  await stand.pay(order);
  await stand.cancelThoughPaid(order);
  return order;
};
const paymentsOf = ({ orderId }: PlacedOrder) => findPayments(stand.shop.space.pool, orderId);
const rowOf = async ({ orderId }: PlacedOrder) => {
  const { rows } = await stand.shop.space.pool.query<{ refund_due: boolean; review_reason: string | null }>(
    'select refund_due, review_reason from orders where order_id = $1',
    [orderId],
  );
  return rows[0];
};

it('gives the money of a released order back once, and its units with it', async () => {
  const productId = await open();
  const order = await owed(productId);
  expect(await sweep()).toEqual({ refunded: 1, refused: 0, unknown: 0 });
  expect(await sweep()).toEqual({ refunded: 0, refused: 0, unknown: 0 });
  const key = `refund:${order.orderId}:1`;
  expect(gateway.asked).toEqual([key]);
  expect(gateway.moved).toEqual(new Map([[key, 4_990]]));
  expect(await paymentsOf(order)).toMatchObject([{ status: 'REFUNDED', refundReference: `re_${key}` }]);
  expect(await rowOf(order)).toEqual({ refund_due: false, review_reason: null });
  await expectOnce(stand, order, 'REFUNDED');
  await stand.expectAtRest(productId, { sold: 0, available: 5 });
});

it('gives a late payment back when nothing could be claimed for it', async () => {
  const productId = await open(1);
  const order = await stand.expired(productId);
  await stand.pay(order);
  const faster = await stand.waiting(productId);
  await sweepLatePayments(stand.deps, { olderThanMs: 0, limit: 10 });
  expect(await sweep()).toMatchObject({ refunded: 1 });
  expect(await stand.status(order)).toBe('EXPIRED');
  expect(await paymentsOf(order)).toMatchObject([{ status: 'REFUNDED' }]);
  await stand.shop.confirm(faster);
  await stand.expectAtRest(productId, { sold: 1, available: 0 });
});

it.each(['FAILED', 'CANCELLED'] as const)(
  'gives back what arrives after the order was %s',
  async (status) => {
    const productId = await open();
    const order = await stand.waiting(productId);
    await stand.shop.end(order, status);
    expect(await stand.pay(order)).toBe('late');
    expect(await sweepLatePayments(stand.deps, { olderThanMs: 0, limit: 10 })).toMatchObject({
      confirmed: 0,
    });
    expect(await sweep()).toMatchObject({ refunded: 1 });
    expect(await stand.status(order)).toBe(status);
    expect(await paymentsOf(order)).toMatchObject([{ status: 'REFUNDED' }]);
    await stand.expectAtRest(productId, { sold: 0, available: 5 });
  },
);

it('gives only the second payment of a sold order back, and the order stays sold', async () => {
  const productId = await open();
  const order = await stand.shop.place(productId);
  await stand.shop.confirm(order);
  expect(await stand.pay(order, { attempt: 2 })).toBe('late');
  expect(await sweep()).toMatchObject({ refunded: 1 });
  expect(gateway.asked).toEqual([`refund:${order.orderId}:2`]);
  expect(await stand.status(order)).toBe('CONFIRMED');
  expect(await paymentsOf(order)).toMatchObject([{ status: 'CAPTURED' }, { status: 'REFUNDED' }]);
  expect(await rowOf(order)).toMatchObject({ refund_due: false });
  await stand.expectAtRest(productId, { sold: 1, available: 4 });
});

it('gives money of another amount back, and the order can still be paid', async () => {
  const productId = await open();
  const order = await stand.waiting(productId);
  expect(await stand.pay(order, { amountMinor: 1 })).toBe('late');
  expect(await sweep()).toMatchObject({ refunded: 1 });
  expect([...gateway.moved.values()]).toEqual([1]);
  expect(await stand.status(order)).toBe('PAYMENT_PENDING');
  expect(await stand.pay(order, { attempt: 2 })).toBe('captured');
  expect(await sweep()).toMatchObject({ refunded: 0 });
});

it('hands a refused refund to a person, and asks for the others but never for this one again', async () => {
  const productId = await open();
  const [stubborn, other] = [await owed(productId), await owed(productId)];
  gateway.behave = (key) => (key.includes(stubborn.orderId) ? 'refuses' : 'answers');
  expect(await sweep()).toEqual({ refunded: 1, refused: 1, unknown: 0 });
  expect(await sweep()).toEqual({ refunded: 0, refused: 0, unknown: 0 });
  expect(gateway.asked).toHaveLength(2);
  const row = await rowOf(stubborn);
  // The money is still owed.
  expect(row?.refund_due).toBe(true);
  expect(row?.review_reason).toMatch(/simulated refuses .*account_closed.*by hand/);
  expect(await paymentsOf(stubborn)).toMatchObject([{ status: 'CAPTURED' }]);
  await expectOnce(stand, stubborn, 'REFUND_REFUSED');
  expect(await rowOf(other)).toEqual({ refund_due: false, review_reason: null });
});

it('asks again with the same key when the answer was lost, and the money moves once', async () => {
  const productId = await open();
  const order = await owed(productId);
  gateway.behave = () => 'loses-the-answer';
  expect(await sweep()).toEqual({ refunded: 0, refused: 0, unknown: 1 });
  gateway.behave = () => 'answers';
  expect(await sweep()).toEqual({ refunded: 1, refused: 0, unknown: 0 });
  const key = `refund:${order.orderId}:1`;
  expect(gateway.asked).toEqual([key, key]);
  expect(gateway.moved.size).toBe(1);
});

it('stops asking a gateway that is away, and gives everything back when it is there again', async () => {
  const productId = await open(60);
  const orders: PlacedOrder[] = [];
  for (let n = 0; n < 40; n += 1) orders.push(await owed(productId));
  gateway.behave = () => 'is-away';
  const { unknown } = await sweep();
  expect(unknown).toBeGreaterThan(0);
  expect(gateway.asked.length).toBeLessThan(30);
  gateway.behave = () => 'answers';
  expect(await sweep()).toEqual({ refunded: 40, refused: 0, unknown: 0 });
  expect(gateway.moved.size).toBe(40);
  await stand.expectAtRest(productId, { sold: 0, available: 60 });
});

it('moves each sum once when three workers sweep at once', async () => {
  const productId = await open(20);
  const orders: PlacedOrder[] = [];
  for (let n = 0; n < 15; n += 1) orders.push(await owed(productId));
  await Promise.all([sweep(), sweep(), sweep()]);
  expect(gateway.moved.size).toBe(15);
  for (const order of orders) {
    expect(await paymentsOf(order)).toMatchObject([{ status: 'REFUNDED' }]);
    await expectOnce(stand, order, 'REFUNDED');
  }
});

it('gives nothing back through a gateway that did not take the money', async () => {
  const productId = await open();
  const order = await stand.waiting(productId);
  await stand.pay(order, { gateway: 'another' });
  await stand.cancelThoughPaid(order);
  expect(await sweep()).toEqual({ refunded: 0, refused: 0, unknown: 0 });
  expect(gateway.asked).toEqual([]);
  expect(await rowOf(order)).toMatchObject({ refund_due: true });
  const another = { ...gateway, name: 'another' };
  expect(await sweep({ refunder: another })).toMatchObject({ refunded: 1 });
});

describe('a process that dies', () => {
  it.each([
    ['before', 'record_refund('],
    ['after', 'record_refund('],
    ['after', 'refuse_refund('],
  ] as const)(
    '%s "%s" leaves a refund that the next run completes, and the money moves once',
    async (moment, fragment) => {
      const productId = await open();
      const order = await owed(productId);
      const refuses = fragment === 'refuse_refund(';
      gateway.behave = () => (refuses ? 'refuses' : 'answers');
      const dying = dyingAt(stand.shop.space.pool, moment, fragment);
      await expect(sweep({ pool: dying.pool })).rejects.toThrow('died');
      expect(dying.died).toBe(true);
      await sweep();
      expect(await paymentsOf(order)).toMatchObject([{ status: refuses ? 'CAPTURED' : 'REFUNDED' }]);
      expect(gateway.moved.size).toBe(refuses ? 0 : 1);
      expect(new Set(gateway.asked).size).toBe(1);
      await expectOnce(stand, order, refuses ? 'REFUND_REFUSED' : 'REFUNDED');
    },
  );
});

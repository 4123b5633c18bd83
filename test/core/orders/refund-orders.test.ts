import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import { refundOrders } from '../../../src/core/orders/refund-orders.js';
import { claimLatePayments } from '../../../src/core/postgres/claim-late-payments.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { sweepRefunds } from '../../../src/core/sweeps/sweep-refunds.js';
import { sweepRestocks } from '../../../src/core/sweeps/sweep-restocks.js';
import { closeRedis, createRedis, type OrdersRedis } from '../../../src/core/redis/create-redis.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createRestock } from '../../../src/core/redis/restock.js';
import { dyingAt } from '../../support/dying-pool.js';
import { freePort } from '../../support/pipeline.js';
import type { PlacedOrder } from '../catalog/shop.js';
import { typesOf } from '../postgres/fixture.js';
import { createSweepStand, expectOnce, GATEWAY, type SweepStand } from '../sweeps/sweep-stand.js';

let stand: SweepStand;
let away: OrdersRedis;
let product = 0;
beforeAll(async () => {
  stand = await createSweepStand('refund-orders');
  const { prefix, log } = stand.shop.space;
  const url = `redis://127.0.0.1:${await freePort()}`;
  away = createRedis({ url, purpose: 'operator', prefix, applicationName: 'test' }, log);
});
afterAll(async () => {
  await closeRedis(away);
  await stand.shop.space.close();
});

const UNITS = 5;
const open = async () => {
  const productId = `p-${(product += 1)}`;
  await stand.shop.open(productId, UNITS);
  return productId;
};
/** Sold and settled, as nearly every confirmed order is. */
const sold = async (productId: string, options: { quantity?: number; userId?: string } = {}) => {
  const order = await freshlySold(productId, options);
  await stand.finishEndings();
  return order;
};
const freshlySold = async (productId: string, options: { quantity?: number; userId?: string } = {}) => {
  const order = await stand.shop.place(productId, options);
  const { pool } = stand.shop.space;
  await beginOrders(pool, [{ orderId: order.orderId, deadlineMs: 60_000 }]);
  await stand.pay(order);
  await confirmOrders(pool, [order.orderId]);
  return order;
};
const refund = (orders: readonly PlacedOrder[], restock = false, deps: Partial<SweepStand['deps']> = {}) =>
  refundOrders(
    { ...stand.deps, ...deps },
    { orderIds: orders.map(({ orderId }) => orderId), restock, actor: 'ada', reason: 'damaged' },
  );
const order = ({ orderId }: PlacedOrder) => findOrder(stand.shop.space.pool, orderId);
const sweepMoney = async () => {
  const moved: string[] = [];
  const refunder = {
    name: GATEWAY,
    refund: ({ idempotencyKey }: { idempotencyKey: string }) => {
      moved.push(idempotencyKey);
      return Promise.resolve({ kind: 'refunded' as const, reference: `re_${idempotencyKey}` });
    },
  };
  const { pool, log } = stand.shop.space;
  await sweepRefunds({ pool, log, refunder }, { olderThanMs: 0, limit: 100 });
  return moved;
};
const limitOf = async (productId: string, userId: string) => {
  const { redis, prefix } = stand.shop.space;
  return Number((await redis.hget(productKeys(prefix, productId).limits, userId)) ?? 0);
};

it('gives the money of a sold order back once; it stays CONFIRMED and sold', async () => {
  const productId = await open();
  const bought = await sold(productId);
  const [first] = await refund([bought]);
  expect(first).toMatchObject({ outcome: 'requested', refundDue: true, restocked: false });
  expect(await order(bought)).toMatchObject({
    status: 'CONFIRMED',
    refund: { status: 'DUE', refundedAt: null },
  });
  expect(await refund([bought])).toMatchObject([{ outcome: 'already', refundDue: true }]);
  expect(await sweepMoney()).toEqual([`refund:${bought.orderId}:1`]);
  expect(await sweepMoney()).toEqual([]);
  expect(await refund([bought])).toMatchObject([{ outcome: 'already', refundDue: false }]);
  expect(await sweepMoney()).toEqual([]);

  const after = await order(bought);
  expect(after).toMatchObject({ status: 'CONFIRMED', refund: { status: 'REFUNDED' }, restockedAt: null });
  expect(after?.refund?.refundedAt).toBeInstanceOf(Date);
  for (const type of ['REFUND_DUE', 'REFUNDED']) await expectOnce(stand, bought, type);
  await stand.expectAtRest(productId, { sold: 1, available: UNITS - 1 });
});

it('gives the units back to the sale, and the customer may buy again', async () => {
  const productId = await open();
  const bought = await sold(productId, { quantity: 2, userId: 'ada' });
  await sold(productId, { quantity: 1, userId: 'ada' });
  expect(await limitOf(productId, 'ada')).toBe(3);
  expect(await refund([bought], true)).toMatchObject([
    { outcome: 'requested', restocked: true, offered: true },
  ]);
  expect(await refund([bought], true)).toMatchObject([{ outcome: 'already', offered: true }]);
  expect(await limitOf(productId, 'ada')).toBe(1);
  await stand.expectAtRest(productId, { sold: 1, available: UNITS - 1 });
  expect(await order(bought)).toMatchObject({ status: 'CONFIRMED', restockedAt: expect.any(Date) as Date });
  const { rows } = await stand.shop.space.pool.query(
    `select kind, quantity, delta, seeded_after, actor, reason from stock_movements where operation_id = $1`,
    [`refund:${bought.orderId}`],
  );
  expect(rows).toEqual([
    { kind: 'restock', quantity: 2, delta: 0, seeded_after: UNITS, actor: 'ada', reason: 'damaged' },
  ]);
  // What is on offer can be bought, to the last unit.
  await stand.shop.place(productId, { quantity: UNITS - 1 });
  await expect(stand.shop.hold(productId)).rejects.toThrow('sold');
});

it('takes the goods back later than the money went', async () => {
  const productId = await open();
  const bought = await sold(productId);
  await refund([bought]);
  await sweepMoney();
  expect(await refund([bought], true)).toMatchObject([{ outcome: 'restocked', offered: true }]);
  expect(await sweepMoney()).toEqual([]);
  await expectOnce(stand, bought, 'RESTOCKED');
  await stand.expectAtRest(productId, { sold: 0, available: UNITS });
});

it('settles an order that has just been confirmed before its units are offered again', async () => {
  const productId = await open();
  const bought = await freshlySold(productId);
  expect((await stand.shop.totals(productId)).holds).toBe(1);
  expect(await refund([bought], true)).toMatchObject([{ outcome: 'requested', offered: true }]);
  await stand.expectAtRest(productId, { sold: 0, available: UNITS });
});

it('restocks an order that was sold by a late claim, also before anybody took its hold again', async () => {
  const productId = await open();
  const late = await stand.expired(productId);
  await stand.pay(late);
  await claimLatePayments(stand.shop.space.pool, [late.orderId]);
  await confirmOrders(stand.shop.space.pool, [late.orderId]);
  expect(await refund([late], true)).toMatchObject([{ outcome: 'requested', offered: true }]);
  await stand.expectAtRest(productId, { sold: 0, available: UNITS });
});

it.each(['PAYMENT_PENDING', 'EXPIRED', 'CANCELLED'] as const)(
  'leaves an order alone that is %s',
  async (status) => {
    const productId = await open();
    const other = await stand.waiting(productId);
    if (status !== 'PAYMENT_PENDING') await stand.shop.end(other, status);
    const before = await order(other);
    expect(await refund([other], true)).toMatchObject([
      { outcome: 'not-confirmed', status, restocked: false },
    ]);
    expect(await order(other)).toEqual(before);
  },
);

it('says which ids name no order', async () => {
  const orderId = randomUUID();
  expect(
    await refundOrders(stand.deps, { orderIds: [orderId], restock: true, actor: 'ada', reason: null }),
  ).toEqual([
    { orderId, outcome: 'not-found', status: null, refundDue: false, restocked: false, offered: false },
  ]);
});

it('gives the second payment of a sold order back without calling the sale off', async () => {
  const productId = await open();
  await sweepMoney();
  const bought = await sold(productId);
  await stand.pay(bought, { attempt: 2 });
  expect((await order(bought))?.refund).toBeNull();
  expect(await sweepMoney()).toEqual([`refund:${bought.orderId}:2`]);
  expect((await order(bought))?.refund).toBeNull();
  await refund([bought]);
  expect(await sweepMoney()).toEqual([`refund:${bought.orderId}:1`]);
  expect((await findPayments(stand.shop.space.pool, bought.orderId)).map(({ status }) => status)).toEqual([
    'REFUNDED',
    'REFUNDED',
  ]);
});

it('is one refund when two operators call the same sales off at once, amid buyers', async () => {
  const productId = `p-${(product += 1)}`;
  await stand.shop.open(productId, 60);
  const bought: PlacedOrder[] = [];
  for (let n = 0; n < 20; n += 1) bought.push(await sold(productId, { userId: `u-${n}` }));
  const buyers = Array.from({ length: 20 }, () => stand.shop.place(productId));
  const [a, b] = await Promise.all([refund(bought, true), refund([...bought].reverse(), true)]);
  await Promise.all(buyers);
  const outcomes = [...(a ?? []), ...(b ?? [])].map(({ outcome }) => outcome).sort();
  expect(outcomes.filter((one) => one === 'requested')).toHaveLength(20);
  expect(outcomes.filter((one) => one === 'already')).toHaveLength(20);
  expect(await stand.shop.audit(productId)).toMatchObject({ sold: 0, held: 20, available: 40, drift: 0 });
  expect(await sweepMoney()).toHaveLength(20);
  for (const one of bought) await expectOnce(stand, one, 'REFUNDED');
});

describe('a process that dies', () => {
  it.each([
    ['before', 'request_refunds('],
    ['after', 'request_refunds('],
    ['before', 'set restock_open = false'],
    ['after', 'set restock_open = false'],
  ] as const)(
    '%s "%s" leaves what the sweep or the same command completes, once',
    async (moment, fragment) => {
      for (const mend of ['sweep', 'command'] as const) {
        const productId = await open();
        const bought = await sold(productId, { userId: 'eve' });
        const dying = dyingAt(stand.shop.space.pool, moment, fragment);
        await expect(refund([bought], true, { pool: dying.pool })).rejects.toThrow('died');
        expect(dying.died).toBe(true);
        // What is on its way is told apart from what is lost.
        expect(await stand.shop.audit(productId)).toMatchObject({ drift: 0, problem: null });
        if (mend === 'sweep') await sweepRestocks(stand.deps, { olderThanMs: 0, limit: 10 });
        if (mend === 'command' || fragment === 'request_refunds(') await refund([bought], true);
        expect(await sweepRestocks(stand.deps, { olderThanMs: 0, limit: 10 })).toBe(0);
        await stand.expectAtRest(productId, { sold: 0, available: UNITS });
        expect(await limitOf(productId, 'eve')).toBe(0);
      }
    },
  );
});

describe('Redis', () => {
  it('that is away gets the units by the next sweep, and the customer the count back', async () => {
    const productId = await open();
    const bought = await sold(productId);
    expect(await refund([bought], true, { redis: away })).toMatchObject([
      { outcome: 'requested', restocked: true, offered: false },
    ]);
    expect(await stand.shop.audit(productId)).toMatchObject({ sold: 0, inFlight: 1, drift: 0 });
    expect(await sweepRestocks(stand.deps, { olderThanMs: 0, limit: 10 })).toBe(1);
    await stand.expectAtRest(productId, { sold: 0, available: UNITS });
  });

  it('that does not hold the product counts the units when it is loaded, and not once more after it', async () => {
    const productId = await open();
    const bought = await sold(productId, { userId: 'kim' });
    await stand.shop.loseRedis();
    expect(await refund([bought], true)).toMatchObject([{ restocked: true, offered: false }]);
    expect(await sweepRestocks(stand.deps, { olderThanMs: 0, limit: 10 })).toBe(0);
    await loadProduct(stand.deps, productId);
    expect(await sweepRestocks(stand.deps, { olderThanMs: 0, limit: 10 })).toBe(1);
    await stand.expectAtRest(productId, { sold: 0, available: UNITS });
    expect(await limitOf(productId, 'kim')).toBe(0);
  });

  it('hears of units once, however long the half was open and whoever tells it late', async () => {
    const productId = await open();
    const bought = await sold(productId);
    const { pool, redis, prefix } = stand.shop.space;
    await refund([bought], true, { redis: away });
    await pool.query(`update orders set updated_at = now() - interval '3 days' where order_id = $1`, [
      bought.orderId,
    ]);
    await loadProduct(stand.deps, productId);
    const { hold } = bought;
    const units = { ...hold, generation: 1 };
    expect(await createRestock(redis, prefix)(units)).toBe('already');
    await sweepRestocks(stand.deps, { olderThanMs: 0, limit: 10 });
    await loadProduct(stand.deps, productId);
    expect(await createRestock(redis, prefix)(units)).toBe('already');
    await stand.expectAtRest(productId, { sold: 0, available: UNITS });
  });
});

it('tells the timeline apart: what was called off, what was restocked later', async () => {
  const productId = await open();
  const bought = await sold(productId);
  await refund([bought], true);
  expect((await typesOf(stand.shop.space.pool, bought.orderId)).at(-1)).toBe('REFUND_DUE');
});

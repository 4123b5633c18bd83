import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedPrices } from '../../../src/core/catalog/seed-prices.js';
import { seedStock } from '../../../src/core/catalog/seed-stock.js';
import { sweepEndings } from '../../../src/core/sweeps/sweep-endings.js';
import { sweepAbandonedHolds } from '../../../src/core/sweeps/sweep-holds.js';
import type { FailureCode, OrderStatus, ReleasedStatus } from '../../../src/core/order.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { bodyHashOf } from '../../../src/server/accept/body-hash.js';
import { keyedReservationId } from '../../../src/server/accept/reservation-id.js';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { startServe, type Answer, type ServeSpace } from '../serve-space.js';

/** Two replicas, each with its own way to Postgres: one of them can be cut off from it while the other works. */
let space: Space;
let proxy: TcpProxy;
let replicas: readonly [ServeSpace, ServeSpace];
beforeAll(async () => {
  space = await createSpace('idempotency');
  await space.topics();
  const url = new URL(space.databaseUrl);
  proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  replicas = [await startServe(space, { databaseUrl: url.href }), await startServe(space)];
});
afterAll(async () => {
  for (const replica of replicas) await replica.stop();
  await proxy.close();
  await space.close();
});

const catalog = () => ({ pool: space.pool, redis: space.redis, prefix: space.prefix, log: space.log });
const operator = { dryRun: false, actor: 'ada', host: 'test' };
const makeProduct = (units: number) => replicas[0].product(units);

/** Everything that a second order, hold or count of the same buyer would show in. */
async function stateOf(productId: string, userId = 'ada') {
  const keys = productKeys(space.prefix, productId);
  const counted = await space.redis.hget(keys.limits, userId);
  return { ...(await replicas[0].figures(productId)), counted: Number(counted ?? 0) };
}

const setPrice = (productId: string, amountMinor: number) =>
  seedPrices(catalog(), { rows: [{ productId, price: { amountMinor, currency: 'EUR' } }], ...operator });

const finishEndings = () => sweepEndings(catalog(), { olderThanMs: 0, limit: 1_000 });
const sweepHolds = () => sweepAbandonedHolds(catalog(), { olderThanMs: 0, limit: 1_000 });

async function confirm(orderId: string): Promise<void> {
  await beginOrders(space.pool, [{ orderId, deadlineMs: 60_000 }]);
  const capture = { orderId, attempt: 1, gateway: 'test', gatewayReference: randomUUID(), currency: 'EUR' };
  await recordCaptures(space.pool, [{ ...capture, amountMinor: 2 * 4_990 }]);
  await confirmOrders(space.pool, [orderId]);
}

async function end(orderId: string, status: ReleasedStatus, failureCode: FailureCode): Promise<void> {
  await endOrders(space.pool, [{ orderId, status, failureCode }]);
}

/** The same request on both replicas. */
async function again(productId: string, quantity: number, key: string): Promise<readonly [Answer, Answer]> {
  const [one, other] = replicas;
  return [await one.order(productId, quantity, { key }), await other.order(productId, quantity, { key })];
}

describe('an order sent again with its key', () => {
  it('is one order, one hold and one count, fifty times at once over two replicas', async () => {
    const productId = await makeProduct(10);
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => replicas[n % 2 === 0 ? 0 : 1].buy(productId, 2, { key })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await stateOf(productId)).toEqual({
      claimed: 2,
      orders: 1,
      available: 8,
      holds: 1,
      heldUnits: 2,
      counted: 2,
    });
  });

  it('gets the answer of the first while that is in flight, from its own replica and from the other', async () => {
    const productId = await makeProduct(10);
    const key = randomUUID();
    const [cutOff, working] = replicas;
    await cutOff.order(productId, 1, { userId: 'warm' });
    const before = proxy.fired;
    proxy.hold();
    const first = cutOff.order(productId, 2, { key });
    await waitFor(async () => (await stateOf(productId)).holds === 2, { what: 'the first to have its hold' });
    const second = cutOff.order(productId, 2, { key });
    const elsewhere = await working.order(productId, 2, { key });
    proxy.resume();
    const answers = [await first, await second, elsewhere];
    expect(proxy.fired).toBeGreaterThan(before);
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202]);
    expect(new Set(answers.map((answer) => answer.body.orderId)).size).toBe(1);
    expect(await stateOf(productId)).toMatchObject({ claimed: 3, orders: 2, holds: 2, counted: 2 });
  });

  it('gets its order from a serve that was started after it', async () => {
    const productId = await makeProduct(10);
    const key = randomUUID();
    const earlier = await startServe(space);
    const first = await earlier.order(productId, 2, { key });
    await earlier.stop();
    const later = await startServe(space);
    const repeated = await later.order(productId, 2, { key });
    await later.stop();
    expect(first.status).toBe(202);
    expect([repeated.status, repeated.body]).toEqual([first.status, first.body]);
    expect(await stateOf(productId)).toMatchObject({ claimed: 2, orders: 1, holds: 1, counted: 2 });
  });

  const endings: [OrderStatus, (orderId: string) => Promise<void>, object][] = [
    ['CONFIRMED', confirm, { claimed: 2, available: 8, counted: 2 }],
    ['EXPIRED', (id) => end(id, 'EXPIRED', 'PAYMENT_EXPIRED'), { claimed: 0, available: 10, counted: 0 }],
    [
      'CANCELLED',
      (id) => end(id, 'CANCELLED', 'CANCELLED_BY_CUSTOMER'),
      { claimed: 0, available: 10, counted: 0 },
    ],
    ['FAILED', (id) => end(id, 'FAILED', 'PAYMENT_DECLINED'), { claimed: 0, available: 10, counted: 0 }],
  ];
  describe.each(endings)('that is %s', (status, bringThere, expected) => {
    const left = { orders: 1, holds: 0, heldUnits: 0, ...expected };

    it('gets that order, at its own price, before and after its hold has ended', async () => {
      const productId = await makeProduct(10);
      const key = randomUUID();
      const first = await replicas[0].order(productId, 2, { key });
      await bringThere(first.body.orderId ?? '');
      await setPrice(productId, 1);
      const early = await again(productId, 2, key);
      await finishEndings();
      const late = await again(productId, 2, key);
      for (const answer of [...early, ...late]) {
        expect(answer.status).toBe(202);
        expect(answer.body).toEqual({ ...first.body, status });
      }
      expect(await stateOf(productId)).toEqual({ orders: 1, heldUnits: 0, holds: 0, ...expected });
      const reused = await again(productId, 1, key);
      expect(reused.map((answer) => answer.body.code)).toEqual(['KEY_REUSED', 'KEY_REUSED']);
      expect(await stateOf(productId)).toEqual(left);
    });

    it('gets that order when the mark of its end is gone, and nothing stays held for it', async () => {
      const productId = await makeProduct(10);
      const key = randomUUID();
      const first = await replicas[0].order(productId, 2, { key });
      await bringThere(first.body.orderId ?? '');
      await finishEndings();
      const mark = productKeys(space.prefix, productId).done(keyedReservationId(space.prefix, 'ada', key));
      expect(await space.redis.del(mark)).toBe(1);
      for (const answer of await again(productId, 2, key)) {
        expect([answer.status, answer.body]).toEqual([202, { ...first.body, status }]);
      }
      // Whether the hold of a sold order was settled before is in its row, which the sweep goes by.
      if (status === 'CONFIRMED') await sweepHolds();
      expect(await stateOf(productId)).toEqual(left);
    });
  });

  it('keeps the price it was held at, however the price has changed before it was saved', async () => {
    const productId = await makeProduct(10);
    const [cutOff, working] = replicas;
    const key = randomUUID();
    await cutOff.order(productId, 1, { userId: 'warm' });
    proxy.hold();
    const first = cutOff.order(productId, 1, { key });
    await waitFor(async () => (await stateOf(productId)).holds === 2, { what: 'the first to have its hold' });
    await setPrice(productId, 9_990);
    const repeated = await working.order(productId, 1, { key });
    proxy.resume();
    expect(repeated.body['unitPrice']).toEqual({ amountMinor: 4_990, currency: 'EUR' });
    expect((await first).body).toEqual(repeated.body);
    const fresh = await working.order(productId, 1, { key: randomUUID() });
    expect(fresh.body['unitPrice']).toEqual({ amountMinor: 9_990, currency: 'EUR' });
  });

  it('is refused with another body on whichever replica, at once or later, and holds nothing for it', async () => {
    const [one, other] = [await makeProduct(100), await makeProduct(100)];
    const key = randomUUID();
    const bodies: [string, number][] = [
      [one, 1],
      [one, 2],
      [other, 1],
    ];
    const answers = await Promise.all(
      Array.from({ length: 48 }, async (_, n) => {
        const [productId, quantity] = bodies[n % 3] as [string, number];
        return replicas[n % 2 === 0 ? 0 : 1].buy(productId, quantity, { key });
      }),
    );
    const accepted = answers.filter((answer) => answer.status === 202);
    expect(accepted.length).toBe(16);
    expect(new Set(accepted.map((answer) => answer.body.orderId)).size).toBe(1);
    const refused = answers.filter((answer) => answer.status !== 202);
    expect(new Set(refused.map((answer) => `${answer.status} ${answer.body.code}`))).toEqual(
      new Set(['422 KEY_REUSED']),
    );
    const states = [await stateOf(one), await stateOf(other)];
    expect(states.map((state) => [state.orders, state.holds]).sort()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    for (const state of states) {
      expect([state.heldUnits, state.counted, 100 - (state.available ?? 0)]).toEqual(
        Array.from({ length: 3 }, () => state.claimed),
      );
    }
  });
});

describe('a key whose attempt has ended without an order', () => {
  const expectEnded = async (productId: string, key: string) => {
    for (const quantity of [1, 2]) {
      for (const answer of await again(productId, quantity, key)) {
        expect(`${answer.status} ${answer.body.code}`).toBe('409 RESERVATION_ENDED');
      }
    }
    expect(await stateOf(productId)).toMatchObject({ claimed: 0, orders: 0, holds: 0, counted: 0 });
  };
  const forgetEnd = (productId: string, key: string) =>
    space.redis.del(productKeys(space.prefix, productId).done(keyedReservationId(space.prefix, 'ada', key)));

  it('because it was swept is answered RESERVATION_ENDED for ever, and the next key is an order', async () => {
    const productId = await makeProduct(10);
    const key = randomUUID();
    // As a process leaves it that died between the script and the statement.
    await createReserve(
      space.redis,
      space.prefix,
    )({
      reservationId: keyedReservationId(space.prefix, 'ada', key),
      productId,
      userId: 'ada',
      quantity: 1,
      bodyHash: bodyHashOf({ productId, quantity: 1 }),
    });
    expect(await stateOf(productId)).toMatchObject({ holds: 1, counted: 1 });
    await sweepHolds();
    expect(await stateOf(productId)).toMatchObject({ holds: 0, counted: 0 });
    await expectEnded(productId, key);
    await forgetEnd(productId, key);
    await expectEnded(productId, key);
    expect((await replicas[0].order(productId, 1, { key: randomUUID() })).status).toBe(202);
  });

  it('because Postgres refused it is answered RESERVATION_ENDED, also when there are units again', async () => {
    const productId = await makeProduct(10);
    const key = randomUUID();
    // Redis grants what Postgres does not have: as after a counter that was restored from an older copy.
    await space.pool.query('update stock set seeded = 0 where product_id = $1', [productId]);
    expect((await replicas[0].order(productId, 1, { key })).body.code).toBe('SOLD_OUT');
    await space.pool.query('update stock set seeded = 10 where product_id = $1', [productId]);
    await expectEnded(productId, key);
    await forgetEnd(productId, key);
    await expectEnded(productId, key);
  });
});

it('does not remember a refusal that left no row: the same key may try again', async () => {
  const productId = await makeProduct(1);
  const key = randomUUID();
  await replicas[0].order(productId, 1, { userId: 'first' });
  expect((await again(productId, 1, key)).map((answer) => answer.body.code)).toEqual([
    'SOLD_OUT',
    'SOLD_OUT',
  ]);
  await seedStock(catalog(), {
    operationId: randomUUID(),
    mode: 'add',
    rows: [{ productId, quantity: 1 }],
    closed: false,
    ...operator,
  });
  // A replica may go on saying for a moment what Redis told it before the restock.
  const answers = await Promise.all(
    replicas.map((replica) =>
      waitFor(
        async () => {
          const answer = await replica.order(productId, 1, { key });
          return answer.status === 202 && answer;
        },
        { what: 'the restock to show' },
      ),
    ),
  );
  expect(new Set(answers.map((answer) => answer.body.orderId)).size).toBe(1);
  expect(await stateOf(productId)).toMatchObject({ claimed: 2, orders: 2, holds: 2, counted: 1 });
});

describe('the Idempotency-Key', () => {
  it.each(['x'.repeat(200), ' inner space ', '!"#$%&\'()*+,-./:;<=>?@[]^_`{|}~'])(
    'may be "%s"',
    async (key) => {
      const productId = await makeProduct(10);
      const [one, other] = await again(productId, 1, key);
      expect([one.status, other.body]).toEqual([202, one.body]);
    },
  );
});

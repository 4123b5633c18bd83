import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { changeSale } from '../../../src/core/catalog/change-sale.js';
import { OPEN_TERMS } from '../../../src/core/catalog/effective-sale.js';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import type { SaleTermsChange } from '../../../src/core/catalog/plan-sale-change.js';
import { seedPrices } from '../../../src/core/catalog/seed-prices.js';
import { sweepEndings } from '../../../src/core/sweeps/sweep-endings.js';
import type { FailureCode, ReleasedStatus } from '../../../src/core/order.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { findHold } from '../../support/find-hold.js';
import { readRedisTime } from '../../../src/core/redis/read-time.js';
import { runCommand } from '../../cli/run-command.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';
import { startServe, type Answer, type ServeSpace } from '../serve-space.js';

/** Two replicas on one space: what an operator changes must hold on both. */
let space: Space;
let replicas: readonly [ServeSpace, ServeSpace];
beforeAll(async () => {
  space = await createSpace('sale-rules');
  await space.topics();
  replicas = [await startServe(space), await startServe(space)];
});
afterAll(async () => {
  for (const replica of replicas) await replica.stop();
  await space.close();
});

const catalog = () => ({ pool: space.pool, redis: space.redis, prefix: space.prefix, log: space.log });
const operator = { dryRun: false, actor: 'ada', host: 'test' };
const set = (productId: string, change: SaleTermsChange) =>
  changeSale(catalog(), { productIds: [productId], intent: { kind: 'set', change }, ...operator });

async function sell(units: number, change: SaleTermsChange = {}): Promise<string> {
  const productId = await replicas[0].product(units);
  if (Object.keys(change).length > 0) await set(productId, change);
  return productId;
}

/** A request on each replica. */
const onBoth = (productId: string, quantity: number, userId: string) =>
  Promise.all(replicas.map((replica) => replica.order(productId, quantity, { userId })));
const meaningOf = ({ status, body }: Answer) =>
  body.code === undefined ? String(status) : `${status} ${body.code}`;
const order = async (productId: string, quantity: number, userId: string) =>
  meaningOf(await replicas[0].order(productId, quantity, { userId }));
const retryAfterOf = (answer: Answer) => answer.headers.get('retry-after');

describe('a refusal by the rules of a sale', () => {
  it.each<[string, SaleTermsChange, number, string, boolean]>([
    ['not open yet', { opensAt: { inMs: 3_600_000 } }, 1, '409 NOT_OPEN_YET', true],
    ['paused', { state: 'PAUSED' }, 1, '503 SALE_PAUSED', true],
    ['closed', { state: 'CLOSED' }, 1, '410 SALE_CLOSED', false],
    ['over by its window', { closesAt: { inMs: 0 } }, 1, '410 SALE_CLOSED', false],
    ['above the maximum of an order', { maxPerOrder: 2 }, 3, '422 QUANTITY_LIMIT', false],
    ['above the maximum of a customer', { maxPerCustomer: 2 }, 3, '409 CUSTOMER_LIMIT', false],
  ])('%s: has its own code, begins and ends with the change, and changes nothing', async (...row) => {
    const [, change, quantity, meaning, waitingHelps] = row;
    const productId = await sell(10, { state: 'OPEN' });
    await set(productId, change);
    for (const answer of await onBoth(productId, quantity, 'ada')) {
      expect(meaningOf(answer)).toBe(meaning);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ retryable: waitingHelps });
      expect(retryAfterOf(answer) !== null).toBe(waitingHelps);
    }
    expect(await replicas[0].figures(productId)).toEqual({
      claimed: 0,
      orders: 0,
      available: 10,
      holds: 0,
      heldUnits: 0,
    });
    await set(productId, OPEN_TERMS);
    expect((await onBoth(productId, quantity, 'ada')).map(meaningOf)).toEqual(['202', '202']);
  });

  it('leaves the key free: the same key is an order once the rules allow it', async () => {
    const productId = await sell(5, { state: 'PAUSED' });
    const key = randomUUID();
    expect((await replicas[0].order(productId, 1, { key })).body.code).toBe('SALE_PAUSED');
    await set(productId, OPEN_TERMS);
    expect((await replicas[1].order(productId, 1, { key })).status).toBe(202);
  });
});

describe('the window of a sale', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells until it opens how long to wait, and then opens by itself, not a millisecond early', async () => {
    const productId = await sell(5, { opensAt: { inMs: 3_600_000 } });
    const early = await replicas[0].order(productId, 1);
    expect(meaningOf(early)).toBe('409 NOT_OPEN_YET');
    expect(Number(retryAfterOf(early))).toBeGreaterThan(3_500);
    expect(Number(retryAfterOf(early))).toBeLessThanOrEqual(3_601);

    const opensAt = (await set(productId, { opensAt: { inMs: 500 } })).products[0]?.after.opensAt;
    const { body } = await waitFor(
      async () => {
        const answer = await replicas[1].order(productId, 1);
        return answer.status === 202 && answer;
      },
      { what: 'the sale to open', intervalMs: 5 },
    );
    const { rows } = await space.pool.query<{ reservation_id: string }>(
      'select reservation_id from orders where order_id = $1',
      [body.orderId],
    );
    const reservationId = String(rows[0]?.reservation_id);
    const hold = await findHold(space.redis, space.prefix, { productId, reservationId });
    expect(hold?.reservedAt.getTime()).toBeGreaterThanOrEqual(opensAt?.getTime() ?? Infinity);
  });

  it.each([-1, 1])('goes by the clock of Redis, not by that of serve (%d years off)', async (years) => {
    const now = await readRedisTime(space.redis);
    const early = await sell(5, { opensAt: new Date(now + 3_600_000) });
    const running = await sell(5, { opensAt: new Date(now - 60_000), closesAt: new Date(now + 3_600_000) });
    const over = await sell(5, { closesAt: new Date(now - 1) });
    vi.useFakeTimers({ toFake: ['Date'], now: now + years * 365 * 86_400_000 });
    expect(await order(early, 1, 'ada')).toBe('409 NOT_OPEN_YET');
    expect(await order(running, 1, 'ada')).toBe('202');
    expect(await order(over, 1, 'ada')).toBe('410 SALE_CLOSED');
  });
});

describe('the maximum of a customer', () => {
  const end = async (answer: Answer, status: ReleasedStatus, failureCode: FailureCode) => {
    await endOrders(space.pool, [{ orderId: String(answer.body.orderId), status, failureCode }]);
    await sweepEndings(catalog(), { olderThanMs: 0, limit: 1_000 });
  };
  const confirm = async ({ body }: Answer, quantity: number) => {
    const orderId = String(body.orderId);
    await beginOrders(space.pool, [{ orderId, deadlineMs: 60_000 }]);
    const capture = { orderId, attempt: 1, gateway: 'test', gatewayReference: randomUUID(), currency: 'EUR' };
    await recordCaptures(space.pool, [{ ...capture, amountMinor: quantity * 4_990 }]);
    await confirmOrders(space.pool, [orderId]);
    await sweepEndings(catalog(), { olderThanMs: 0, limit: 1_000 });
  };

  it('counts held and bought units together, over both replicas and over a load', async () => {
    const productId = await sell(50, { maxPerCustomer: 4 });
    const bought = await replicas[0].order(productId, 2, { userId: 'eve' });
    await confirm(bought, 2);
    expect((await onBoth(productId, 3, 'eve')).map(meaningOf)).toEqual([
      '409 CUSTOMER_LIMIT',
      '409 CUSTOMER_LIMIT',
    ]);
    expect((await replicas[1].order(productId, 2, { userId: 'eve' })).status).toBe(202);
    expect(await order(productId, 1, 'eve')).toBe('409 CUSTOMER_LIMIT');
    await loadProduct(catalog(), productId);
    expect(await order(productId, 1, 'eve')).toBe('409 CUSTOMER_LIMIT');
    expect(await order(productId, 4, 'bob')).toBe('202');
  });

  it.each<[ReleasedStatus, FailureCode]>([
    ['FAILED', 'PAYMENT_DECLINED'],
    ['EXPIRED', 'PAYMENT_EXPIRED'],
    ['CANCELLED', 'CANCELLED_BY_CUSTOMER'],
  ])('is given back, once, by an order that ended as %s', async (status, failureCode) => {
    const productId = await sell(50, { maxPerCustomer: 3 });
    const first = await replicas[0].order(productId, 2, { userId: 'eve' });
    expect((await replicas[1].order(productId, 1, { userId: 'eve' })).status).toBe(202);
    expect(await order(productId, 1, 'eve')).toBe('409 CUSTOMER_LIMIT');
    await end(first, status, failureCode);
    await end(first, status, failureCode);
    expect(await order(productId, 3, 'eve')).toBe('409 CUSTOMER_LIMIT');
    expect(await order(productId, 2, 'eve')).toBe('202');
    expect(await order(productId, 1, 'eve')).toBe('409 CUSTOMER_LIMIT');
  });

  it('lets exactly as many through of a customer who asks on both replicas at once', async () => {
    const productId = await sell(200, { maxPerCustomer: 3 });
    const answers = (await Promise.all(Array.from({ length: 30 }, () => onBoth(productId, 1, 'eve')))).flat();
    const meanings = answers.map(meaningOf);
    expect(meanings.filter((meaning) => meaning === '202')).toHaveLength(3);
    expect(new Set(meanings)).toEqual(new Set(['202', '409 CUSTOMER_LIMIT']));
    expect(await replicas[0].figures(productId)).toMatchObject({ claimed: 3, orders: 3, available: 197 });
  });

  it('takes nothing away when it is lowered, and counts what went before it when it comes late', async () => {
    const productId = await sell(50);
    expect(await order(productId, 5, 'eve')).toBe('202');
    await set(productId, { maxPerCustomer: 2 });
    expect(await order(productId, 1, 'eve')).toBe('409 CUSTOMER_LIMIT');
    expect(await replicas[0].figures(productId)).toMatchObject({ claimed: 5, orders: 1 });
    await set(productId, { maxPerCustomer: 6 });
    expect([await order(productId, 1, 'eve'), await order(productId, 1, 'eve')]).toEqual([
      '202',
      '409 CUSTOMER_LIMIT',
    ]);
  });
});

describe('a pause in the middle of a rush', () => {
  it('lets no request through, on either replica, that comes after the command has returned', async () => {
    const productId = await sell(100_000);
    /** The pause that is in force, from the return of its command to the start of the next. */
    let pause: number | undefined;
    let done = false;
    let accepted = 0;
    const outside: string[] = [];
    const during: string[] = [];
    const buyer = async (replica: ServeSpace) => {
      while (!done) {
        const cameIn = pause;
        const answer = await replica.order(productId, 1, { userId: randomUUID() });
        if (answer.status === 202) accepted += 1;
        // One that is answered after the sale was opened again may have reached Redis after that, too.
        const isDuring = cameIn !== undefined && cameIn === pause;
        (isDuring ? during : outside).push(meaningOf(answer));
      }
    };
    const buyers = Array.from({ length: 24 }, (_, n) => buyer(replicas[n % 2 === 0 ? 0 : 1]));
    try {
      for (let round = 1; round <= 3; round += 1) {
        await runCommand(['sale', 'open', productId], { env: space.environment });
        const soFar = accepted;
        await waitFor(() => accepted > soFar + 20, { what: 'orders to be accepted' });
        expect(await runCommand(['sale', 'pause', productId], { env: space.environment })).toMatchObject({
          code: 0,
        });
        pause = round;
        const refused = during.length;
        await waitFor(() => during.length > refused + 100, { what: 'orders to be refused' });
        pause = undefined;
      }
    } finally {
      done = true;
      await Promise.all(buyers);
    }
    expect(outside).toContain('202');
    expect(new Set(during)).toEqual(new Set(['503 SALE_PAUSED']));
    expect(await replicas[0].figures(productId)).toMatchObject({ claimed: accepted, orders: accepted });
  });
});

describe('an accepted order', () => {
  it('is answered again by its key, at its own price, however price and rules have changed', async () => {
    const productId = await sell(20);
    const key = randomUUID();
    const first = await replicas[0].order(productId, 2, { key });
    const price = { amountMinor: 9_990, currency: 'EUR' };
    await seedPrices(catalog(), { rows: [{ productId, price }], ...operator });
    expect((await replicas[1].order(productId, 2)).body).toMatchObject({ unitPrice: price });

    const changes: SaleTermsChange[] = [
      { maxPerOrder: 1 },
      { maxPerCustomer: 1 },
      { opensAt: { inMs: 3_600_000 } },
      { opensAt: null, state: 'PAUSED' },
      { state: 'CLOSED' },
    ];
    for (const change of changes) {
      await set(productId, change);
      for (const replica of replicas) {
        const again = await replica.order(productId, 2, { key });
        expect([again.status, again.body]).toEqual([202, first.body]);
      }
    }
    expect((await replicas[1].get(`/orders/${first.body.orderId}`, 'ada')).body).toMatchObject({
      unitPrice: { amountMinor: 4_990, currency: 'EUR' },
      amount: { amountMinor: 9_980, currency: 'EUR' },
    });
    expect(await replicas[0].figures(productId)).toMatchObject({ claimed: 4, orders: 2, available: 16 });
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { confirmOrders } from '../../../src/core/postgres/confirm-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findPayments } from '../../../src/core/postgres/find-payments.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { recordDecline } from '../../../src/core/postgres/record-decline.js';
import { orderSchema } from '../../../src/server/orders/order-json.js';
import { freePort } from '../../support/pipeline.js';
import { startServeSpace, type Answer, type ServeSpace } from '../serve-space.js';

let serve: ServeSpace;
beforeAll(async () => {
  // Temporal is away all the time: nothing here may need it.
  serve = await startServeSpace('change-order', { temporalAddress: `127.0.0.1:${await freePort()}` });
});
afterAll(() => serve.close());

const cancel = (orderId: string, userId = 'ada') => serve.post(`/orders/${orderId}/cancel`, userId);
const pay = (orderId: string, userId = 'ada') => serve.post(`/orders/${orderId}/payment`, userId);

async function place(productId: string, userId = 'ada'): Promise<string> {
  const { orderId } = (await serve.buy(productId, 1, { userId })).body;
  if (orderId === undefined) throw new Error('not placed');
  return orderId;
}
const begin = (orderId: string) => beginOrders(serve.space.pool, [{ orderId, deadlineMs: 60_000 }]);
const decline = (orderId: string, attempt: number) =>
  recordDecline(serve.space.pool, {
    ...{ orderId, attempt, gateway: 'acme-pay', gatewayReference: `ref-${orderId}-${attempt}` },
    declineCode: 'do_not_honour_51',
  });
const capture = (orderId: string) =>
  recordCaptures(serve.space.pool, [
    {
      ...{ orderId, attempt: 1, gateway: 'acme-pay', gatewayReference: `cap-${orderId}` },
      ...{ amountMinor: 4_990, currency: 'EUR' },
    },
  ]);
/** Nothing claimed, nothing held, everything free: the unit came back once. */
const allFree = (units: number) => ({ claimed: 0, available: units, holds: 0, heldUnits: 0 });

function expectOrder(answer: Answer, fields: object): void {
  expect(answer).toMatchObject({ status: 202, body: fields });
  expect(orderSchema.parse(answer.body)).toEqual(answer.body);
}

describe('POST /orders/:id/cancel', () => {
  it('cancels an order that no saga has begun, and its unit is free at once', async () => {
    const productId = await serve.product(1);
    const orderId = await place(productId);
    expectOrder(await cancel(orderId), {
      orderId,
      status: 'CANCELLED',
      failureCode: 'CANCELLED_BY_CUSTOMER',
    });
    expect(await serve.figures(productId)).toMatchObject(allFree(1));
    const { rows } = await serve.space.pool.query('select hold_done from orders where order_id = $1', [
      orderId,
    ]);
    expect(rows).toEqual([{ hold_done: true }]);
    await place(productId, 'bob');
  });

  it('cancels an order that waits for its payment', async () => {
    const productId = await serve.product(3);
    const orderId = await place(productId);
    await begin(orderId);
    await decline(orderId, 1);
    expectOrder(await cancel(orderId), { status: 'CANCELLED' });
    expect(await serve.figures(productId)).toMatchObject(allFree(3));
  });

  it('answers the same to fifty cancels at once, and to one that comes later, and gives back one unit', async () => {
    const productId = await serve.product(5);
    const [orderId, other] = [await place(productId), await place(productId, 'bob')];
    const answers = await Promise.all(Array.from({ length: 50 }, () => cancel(orderId)));
    for (const answer of [...answers, await cancel(orderId)]) {
      expectOrder(answer, { orderId, status: 'CANCELLED', version: 2 });
    }
    expect(await serve.figures(productId)).toMatchObject({ claimed: 1, available: 4, holds: 1 });
    expect((await serve.get(`/orders/${other}`, 'bob')).body['status']).toBe('PENDING');
  });

  it('leaves a paid order alone, live or confirmed', async () => {
    const productId = await serve.product(2);
    const orderId = await place(productId);
    await begin(orderId);
    await capture(orderId);
    expect(await cancel(orderId)).toMatchObject({ status: 409, body: { code: 'WRONG_STATE' } });
    await confirmOrders(serve.space.pool, [orderId]);
    expect(await cancel(orderId)).toMatchObject({ status: 409, body: { code: 'WRONG_STATE' } });
    expect(await serve.figures(productId)).toMatchObject({ claimed: 1, available: 1 });
  });

  it('says so when the order has ended otherwise', async () => {
    const productId = await serve.product(1);
    const orderId = await place(productId);
    await endOrders(serve.space.pool, [{ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' }]);
    const answer = await cancel(orderId);
    expect(answer).toMatchObject({ status: 409, body: { code: 'WRONG_STATE', retryable: false } });
    expect(answer.body['detail']).toContain('EXPIRED');
  });

  it('lets either the payment or the cancel win, never both', async () => {
    const productId = await serve.product(40);
    const orders = await Promise.all(Array.from({ length: 40 }, () => place(productId)));
    for (const orderId of orders) await begin(orderId);
    const kept = await Promise.all(
      orders.map(async (orderId, n) => {
        const cancelling = n % 2 === 0 ? cancel(orderId) : undefined;
        const captured = (await capture(orderId)).get(orderId);
        const { status } = await (cancelling ?? cancel(orderId));
        expect([status, captured]).toEqual(captured === 'captured' ? [409, captured] : [202, 'late']);
        return captured === 'captured';
      }),
    );
    const paid = kept.filter(Boolean).length;
    expect(await serve.figures(productId)).toMatchObject({ claimed: paid, available: 40 - paid });
  });

  it('is not there for anybody else, and not without a token', async () => {
    const orderId = await place(await serve.product(1));
    for (const path of ['cancel', 'payment']) {
      const other = await serve.post(`/orders/${orderId}/${path}`, 'eve');
      expect(other).toMatchObject({ status: 404, body: { code: 'ORDER_NOT_FOUND' } });
      const nobody = await serve.post(`/orders/${randomUUID()}/${path}`, 'ada');
      expect({ ...other.body, traceId: '' }).toEqual({ ...nobody.body, traceId: '' });
      expect(await serve.post(`/orders/x/${path}`, 'ada')).toMatchObject({ status: 404 });
      expect(await fetch(`${serve.api}/orders/${orderId}/${path}`, { method: 'POST' })).toMatchObject({
        status: 401,
      });
      expect(await serve.get(`/orders/${orderId}/${path}`, 'ada')).toMatchObject({
        status: 405,
        body: { code: 'METHOD_NOT_ALLOWED' },
      });
    }
    expect((await serve.get(`/orders/${orderId}`, 'ada')).body['status']).toBe('PENDING');
  });
});

describe('POST /orders/:id/payment', () => {
  it('asks for one further attempt, however often it is sent', async () => {
    const orderId = await place(await serve.product(1));
    await begin(orderId);
    await decline(orderId, 1);
    const answers = await Promise.all(Array.from({ length: 10 }, () => pay(orderId)));
    for (const answer of answers) expectOrder(answer, { orderId, status: 'PAYMENT_PENDING' });
    expect((await findPayments(serve.space.pool, orderId)).map(({ status }) => status)).toEqual([
      'DECLINED',
      'REQUESTED',
    ]);
  });

  it('is refused, with the reason, in every state in which there is nothing to pay', async () => {
    const productId = await serve.product(6);
    const refused = async (orderId: string) => {
      const answer = await pay(orderId);
      expect(answer).toMatchObject({ status: 409, body: { code: 'WRONG_STATE', retryable: false } });
      return answer.body['detail'];
    };
    const orderId = await place(productId);
    expect(await refused(orderId)).toBe('The order does not await its payment yet.');
    await begin(orderId);
    expect(await refused(orderId)).toBe('The first payment is still being asked for.');
    await decline(orderId, 1);
    await capture(orderId);
    expect(await refused(orderId)).toBe('The order is paid.');
    await confirmOrders(serve.space.pool, [orderId]);
    expect(await refused(orderId)).toBe('The order is CONFIRMED and awaits no payment.');

    const spent = await place(productId);
    await begin(spent);
    await decline(spent, 10);
    expect(await refused(spent)).toBe('The order has had all its payment attempts.');
  });
});

describe('what a buyer is told of a failure', () => {
  it('is a code of ours: nothing of the gateway, its references or our tables, wherever it is shown', async () => {
    const productId = await serve.product(1);
    const orderId = await place(productId);
    await begin(orderId);
    await decline(orderId, 1);
    const stream = await fetch(`${serve.api}/orders/${orderId}/events`, {
      headers: { authorization: `Bearer ${await serve.token('ada')}`, accept: 'text/event-stream' },
    });
    await pay(orderId);
    await decline(orderId, 2);
    await endOrders(serve.space.pool, [{ orderId, status: 'FAILED', failureCode: 'PAYMENT_DECLINED' }]);

    const order = await serve.get(`/orders/${orderId}`, 'ada');
    expect(order.body).toMatchObject({ status: 'FAILED', failureCode: 'PAYMENT_DECLINED' });
    const timeline = await serve.get(`/orders/${orderId}/events`, 'ada');
    const list = await serve.get('/orders', 'ada');
    const refusal = await pay(orderId);
    const shown = [order.body, timeline.body, list.body, refusal.body].map((body) => JSON.stringify(body));
    // Ends by itself: the order is final, and the poll finds what no process has announced.
    shown.push(await stream.text());
    for (const text of shown) {
      expect(text).toContain('FAILED');
      expect(text).not.toMatch(/acme|honour|ref-|attempt"|gateway|generation|reservation/i);
    }
  });
});

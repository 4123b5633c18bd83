import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findOrder, findOrderByReservation } from '../../../src/core/postgres/find-order.js';
import { findOrdersByIds } from '../../../src/core/postgres/find-orders-by-ids.js';
import { listOrders, type OrderCursor, type OrderPage } from '../../../src/core/postgres/list-orders.js';
import { listUserOrders } from '../../../src/core/postgres/list-user-orders.js';
import { createSpace, type Space } from '../../support/space.js';
import { acceptMany, acceptOne, makeProduct, TO_PAY_MS } from './fixture.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('list');
});
afterAll(async () => {
  await space.close();
});

/** Every page in turn, by the last row of the one before. */
async function readPages(
  read: (after?: OrderCursor) => Promise<{ orderId: string; createdAt: Date }[]>,
): Promise<string[]> {
  const ids: string[] = [];
  let after: OrderCursor | undefined;
  for (;;) {
    const page = await read(after);
    ids.push(...page.map((order) => order.orderId));
    after = page.at(-1);
    if (!after) return ids;
  }
}

describe('pages', () => {
  it('of orders made in the same instant neither skip nor repeat one', async () => {
    const productId = await makeProduct(space.pool, 100);
    const orders = await acceptMany(space.pool, productId, 23, { userId: 'pager' });
    expect(new Set(orders.map((order) => order.createdAt.getTime())).size).toBe(1);
    const newestFirst = orders
      .map((order) => order.orderId)
      .sort()
      .reverse();
    expect(
      await readPages((after) => listOrders(space.pool, { productIds: [productId], limit: 5, after })),
    ).toEqual(newestFirst);
    expect(
      await readPages((after) => listUserOrders(space.pool, { userId: 'pager', limit: 4, after })),
    ).toEqual(newestFirst);
  });

  it('of a customer hold nobody else’s orders', async () => {
    const productId = await makeProduct(space.pool, 100);
    const mine = await acceptOne(space.pool, productId, { userId: 'mine' });
    await acceptOne(space.pool, productId, { userId: 'theirs' });
    expect(
      (await listUserOrders(space.pool, { userId: 'mine', limit: 10 })).map((order) => order.orderId),
    ).toEqual([mine.orderId]);
    expect(await listUserOrders(space.pool, { userId: 'nobody', limit: 10 })).toEqual([]);
  });
});

it('filters by status, product, user and age, alone and together', async () => {
  const productId = await makeProduct(space.pool, 100);
  const [pending, begun, ended, old] = await acceptMany(space.pool, productId, 4, { userId: 'filtered' });
  if (!pending || !begun || !ended || !old) throw new Error('four were asked for');
  await beginOrders(space.pool, [{ orderId: begun.orderId, deadlineMs: TO_PAY_MS }]);
  await endOrders(space.pool, [
    { orderId: ended.orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_CUSTOMER' },
  ]);
  await space.pool.query(`update orders set created_at = now_ms() - interval '1 hour' where order_id = $1`, [
    old.orderId,
  ]);
  const find = async (filter: Partial<OrderPage>) =>
    new Set(
      (await listOrders(space.pool, { productIds: [productId], limit: 100, ...filter })).map(
        (order) => order.orderId,
      ),
    );
  const setOf = (...orders: { orderId: string }[]) => new Set(orders.map((order) => order.orderId));

  expect(await find({})).toEqual(setOf(pending, begun, ended, old));
  expect(await find({ statuses: ['PENDING'] })).toEqual(setOf(pending, old));
  expect(await find({ statuses: ['PENDING', 'CANCELLED'] })).toEqual(setOf(pending, ended, old));
  expect(await find({ statuses: [] })).toEqual(setOf());
  expect(await find({ olderThanMs: 60_000 })).toEqual(setOf(old));
  expect(await find({ olderThanMs: 0 })).toEqual(setOf(pending, begun, ended, old));
  expect(await find({ sinceMs: 60_000 })).toEqual(setOf(pending, begun, ended));
  expect(await find({ userId: 'filtered', statuses: ['PAYMENT_PENDING'], sinceMs: 60_000 })).toEqual(
    setOf(begun),
  );
  expect(await find({ userId: 'another' })).toEqual(setOf());
  expect((await listOrders(space.pool, { productIds: [productId], limit: 2 })).length).toBe(2);
});

it('finds many orders by id, and nothing for ids that are none', async () => {
  const orders = await acceptMany(space.pool, await makeProduct(space.pool, 5), 3);
  const found = await findOrdersByIds(space.pool, [...orders.map((order) => order.orderId), randomUUID()]);
  expect(new Set(found.keys())).toEqual(new Set(orders.map((order) => order.orderId)));
  expect(await findOrdersByIds(space.pool, [])).toEqual(new Map());
  for (const nonsense of ['', 'x', "'; drop table orders", randomUUID()]) {
    expect(await findOrder(space.pool, nonsense)).toBeUndefined();
    expect(await findOrderByReservation(space.pool, nonsense)).toBeUndefined();
  }
});

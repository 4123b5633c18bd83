import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanRehearsal, findLeftovers } from '../../../src/bench/rehearse/clean-rehearsal.js';
import { createDoors } from '../../../src/bench/rehearse/doors.js';
import { stockShelf } from '../../../src/bench/rehearse/goods.js';
import { newRun, rehearsalLabel } from '../../../src/bench/rehearse/names.js';
import type { CatalogDeps } from '../../../src/core/catalog/catalog-deps.js';
import { recordOperatorAction } from '../../../src/core/postgres/record-operator-action.js';
import { withTransaction } from '../../../src/core/postgres/with-transaction.js';
import { deleteProducts } from '../../../src/core/postgres/rehearsal/delete-products.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { findTraces } from '../../support/rehearsal-traces.js';
import { createSpace, type Space } from '../../support/space.js';

const keeper = { actor: 'test', host: hostname() };
let space: Space;
let deps: CatalogDeps;
let run: string;
beforeAll(async () => {
  space = await createSpace('clean-rehearsal');
  deps = { pool: space.pool, redis: space.redis, prefix: space.prefix };
});
afterAll(() => space.close());

/** Two products, with orders of the first that have come to their end, a payment, a mark and figures. */
beforeEach(async () => {
  run = newRun();
  const goods = stockShelf(2, 50, (index) => rehearsalLabel(run, index));
  const { productId } = rehearsalLabel(run, 0);
  await record({ run, products: 2 });
  const doors = createDoors(deps, goods, { maxPerOrder: 3, maxPerCustomer: 6 }, keeper);
  await doors.seed();
  await doors.open();
  // Orders are made by hand, as of the first load.
  await space.pool.query(`update stock set epoch = 1 where product_id = $1`, [productId]);
  const orders = await acceptSome(space.pool, 3, productId);
  await space.pool.query(
    `update orders set status = 'CONFIRMED', paid = true, hold_done = true where product_id = $1`,
    [productId],
  );
  await space.pool.query(`update order_events set published_at = now()`);
  for (const order of orders)
    await space.pool.query(
      `insert into payments (order_id, attempt, status, amount_minor, currency, gateway, gateway_reference)
       values ($1, 1, 'CAPTURED', 4990, 'EUR', 'simulated', $2)`,
      [order.orderId, randomUUID()],
    );
  const reservationId = orders[0]?.order.reservationId ?? '';
  await space.redis.set(productKeys(space.prefix, productId).done(reservationId), 0);
  await space.pool.query(
    `insert into role_stats (role, replica, product_id, second, counts) values ('serve', $2, $1, now(), '{}')`,
    [productId, run],
  );
});

const record = (args: object) =>
  recordOperatorAction(space.pool, { ...keeper, command: 'rehearse', reason: null, arguments: args });
const clean = async () => cleanRehearsal(deps, await findLeftovers(deps, run));
const first = () => rehearsalLabel(run, 0).productId;

describe('cleaning up after a rehearsal', () => {
  it('removes everything of its run, and nothing of any other product', async () => {
    const other = newRun();
    await acceptSome(space.pool, 2, `rehearsal-${other}-1`);
    await acceptSome(space.pool, 2, 'tee');
    expect(Object.keys(await findTraces(space, run)).length).toBeGreaterThan(6);
    expect(await clean()).toMatchObject({ products: 2, orders: 3, payments: 3 });
    expect(await findTraces(space, run)).toEqual({});
    expect(await findTraces(space, other)).toMatchObject({ orders: 2, products: 1, stock: 1 });
    const { rows } = await space.pool.query(`select 1 from orders where product_id = 'tee'`);
    expect(rows.length).toBeGreaterThan(0);
  });

  it('may be repeated, and taken up where it broke off after Postgres', async () => {
    await space.pool.query(`delete from payments`);
    await space.pool.query(`delete from order_events`);
    await space.pool.query(`delete from orders where product_id = $1`, [first()]);
    const ids = [0, 1].map((index) => rehearsalLabel(run, index).productId);
    await withTransaction(space.pool, (db) => deleteProducts(db, `rehearsal-${run}-`, ids, new Date(0)));
    expect(Object.keys(await findTraces(space, run)).length).toBeGreaterThan(0);
    expect(await clean()).toMatchObject({ products: 0, orders: 0 });
    const left = Object.keys(await findTraces(space, run)).filter((name) => !name.includes('done:'));
    expect(left).toEqual([]);
    expect(await clean()).toMatchObject({ products: 0 });
  });

  it.each([
    ['an order that has not ended', `update orders set status = 'PAYMENT_PENDING' where product_id = $1`],
    ['an ending that Redis has not heard of', `update orders set hold_done = false where product_id = $1`],
    ['money that goes back', `update orders set refund_due = true where product_id = $1`],
    [
      'an event that was not published',
      `update order_events set published_at = null where order_id in (select order_id from orders where product_id = $1)`,
    ],
    [
      'money of a real gateway',
      `update payments set gateway = 'webhook' where order_id in (select order_id from orders where product_id = $1)`,
    ],
  ])('is refused, whole, while there is %s', async (_what, statement) => {
    await space.pool.query(statement, [first()]);
    const before = await findTraces(space, run);
    await expect(clean()).rejects.toMatchObject({ code: 'REFUSED' });
    expect(await findTraces(space, run)).toEqual(before);
  });

  it('knows only runs that are on record here', async () => {
    const forged = newRun();
    await acceptSome(space.pool, 1, `rehearsal-${forged}-1`);
    await expect(findLeftovers(deps, forged)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

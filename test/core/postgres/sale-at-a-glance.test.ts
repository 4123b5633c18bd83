import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countTroubledOrders } from '../../../src/core/postgres/count-troubled-orders.js';
import { findRecentActions } from '../../../src/core/postgres/find-recent-actions.js';
import { findSaleStates } from '../../../src/core/postgres/find-sale-states.js';
import { recordOperatorAction } from '../../../src/core/postgres/record-operator-action.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { createSpace, type Space } from '../../support/space.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('at-a-glance');
  await acceptSome(space.pool, 3, 'cap');
  await acceptSome(space.pool, 2, 'tee');
});
afterAll(() => space.close());

describe('the sales of products with stock', () => {
  it('are open without a row of their own, and as their row says with one', async () => {
    await space.pool.query(
      `insert into sales (product_id, state, opens_at) values ('tee', 'PAUSED', '2030-01-01T00:00:00Z')`,
    );
    expect(await findSaleStates(space.pool, { limit: 10 })).toEqual([
      { productId: 'cap', state: 'OPEN', opensAt: null, closesAt: null, changedAt: null },
      {
        productId: 'tee',
        state: 'PAUSED',
        opensAt: new Date('2030-01-01T00:00:00Z'),
        closesAt: null,
        changedAt: expect.any(Date) as unknown,
      },
    ]);
    const only = await findSaleStates(space.pool, { productIds: ['cap'], limit: 10 });
    expect(only.map(({ productId }) => productId)).toEqual(['cap']);
    expect(await findSaleStates(space.pool, { limit: 1 })).toHaveLength(1);
  });
});

describe('orders that stand still', () => {
  const troubled = (more: { productIds?: string[]; limit?: number } = {}) =>
    countTroubledOrders(space.pool, { olderThanMs: 60_000, limit: 10, ...more });

  it('are those nobody has begun for a while and those past their time to pay, by product', async () => {
    expect(await troubled()).toEqual([]);
    await space.pool.query(
      `update orders set created_at = now() - interval '2 minutes' where product_id = 'cap'`,
    );
    await space.pool.query(
      `update orders set status = 'PAYMENT_PENDING', pay_by = now() - interval '2 minutes' where product_id = 'tee'`,
    );
    expect(await troubled()).toEqual([
      { productId: 'cap', pending: 3, overdue: 0 },
      { productId: 'tee', pending: 0, overdue: 2 },
    ]);
    expect(await troubled({ productIds: ['tee'] })).toEqual([{ productId: 'tee', pending: 0, overdue: 2 }]);
  });

  it('are counted to a bound of each kind', async () => {
    expect(await troubled({ limit: 1 })).toEqual([
      { productId: 'cap', pending: 1, overdue: 0 },
      { productId: 'tee', pending: 0, overdue: 1 },
    ]);
  });
});

describe('what operators did last', () => {
  it('comes newest first, as it was recorded', async () => {
    for (const command of ['seed-stock', 'sale pause', 'replay']) {
      await recordOperatorAction(space.pool, {
        actor: 'anna',
        host: 'ops-1',
        command,
        arguments: { products: ['cap'] },
        reason: 'a reason',
      });
    }
    const actions = await findRecentActions(space.pool, 2);
    expect(actions.map(({ command }) => command)).toEqual(['replay', 'sale pause']);
    expect(actions[0]).toMatchObject({ actor: 'anna', arguments: { products: ['cap'] }, reason: 'a reason' });
    expect(BigInt(actions[0]?.actionId ?? 0)).toBeGreaterThan(BigInt(actions[1]?.actionId ?? 0));
  });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUnitsReader } from '../../../../src/cli/top/sources/read-units.js';
import type { Db, QueryResult } from '../../../../src/core/postgres/db.js';
import { acceptMany, makeProduct } from '../../../core/postgres/fixture.js';
import { createSpace, type Space } from '../../../support/space.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('read-units');
});
afterAll(() => space.close());

/** Counts every order so slowly that it is not done again soon, and fails it when told to. */
function slowAudit(how: { fails: boolean }): Db {
  let audits = 0;
  return {
    async query<R>(...args: Parameters<Db['query']>): Promise<QueryResult<R>> {
      const text = typeof args[0] === 'string' ? args[0] : args[0].text;
      if (text.includes('sold_unpaid')) {
        audits += 1;
        if (audits > 1) throw new Error('every order is counted once more');
        if (how.fails) throw Object.assign(new Error('canceling statement'), { code: '57014' });
        const until = performance.now() + 30;
        while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
      }
      return space.pool.query<R>(...args);
    },
  };
}

it('counts live orders each time and says what was amiss when all were counted', async () => {
  const productId = await makeProduct(space.pool, 9);
  await acceptMany(space.pool, productId, 3);
  // A claim without an order.
  await space.pool.query(`update stock set claimed = claimed + 1 where product_id = $1`, [productId]);
  const read = createUnitsReader(slowAudit({ fails: false }), [productId]);
  expect(await read(1_000)).toMatchObject({
    auditedAt: 1_000,
    lines: [{ seeded: 9, claimed: 4, held: 3, sold: 0 }],
  });
  await space.pool.query(
    `update orders set status = 'CONFIRMED', paid = true
     where order_id = (select order_id from orders where product_id = $1 limit 1)`,
    [productId],
  );
  expect(await read(3_000)).toMatchObject({
    auditedAt: 1_000,
    lines: [{ seeded: 9, claimed: 4, held: 2, sold: 1 }],
  });
});

it('goes on with live orders when there are too many to count, and says that it does not know', async () => {
  const productId = await makeProduct(space.pool, 9);
  await acceptMany(space.pool, productId, 2);
  const read = createUnitsReader(slowAudit({ fails: true }), [productId]);
  expect(await read(1_000)).toMatchObject({ auditedAt: null, lines: [{ claimed: 2, held: 2, sold: 0 }] });
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { findConservation } from '../../../src/core/postgres/find-conservation.js';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import { countExpired, openSale, type OpenSale } from '../../support/falling-due.js';
import { createSpace, type Space } from '../../support/space.js';
import { expectConserved } from '../postgres/fixture.js';

let space: Space;
let sale: OpenSale;
beforeAll(async () => {
  space = await createSpace('falling-due');
  sale = await openSale(space);
});
afterAll(async () => {
  await sale.close();
  await space.close();
});

it('a thousand deadlines within two seconds of an open sale give back a thousand units, and no order of it', async () => {
  const before = await sale.waiting(1_000);
  const accepted = await sale.sellFor(2_000, before);
  expect(accepted).toBeGreaterThan(0);
  expect(await countExpired(space.pool)).toEqual({ expired: 1_000, done: 1_000 });
  await expectConserved(space.pool, [sale.productId]);
  const [stock] = await findConservation(space.pool, [sale.productId]);
  const claimed = stock?.claimed ?? 0;
  expect(claimed).toBeGreaterThanOrEqual(accepted);
  expect(await readTotals(space.redis, space.prefix, sale.productId)).toMatchObject({
    available: 1_000_000 - claimed,
    heldUnits: claimed,
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findConservation } from '../../../src/core/postgres/find-conservation.js';
import { findProducts } from '../../../src/core/postgres/find-products.js';
import { findUnits } from '../../../src/core/postgres/find-units.js';
import { putSale } from '../../../src/core/postgres/put-sale.js';
import { recordOperatorAction } from '../../../src/core/postgres/record-operator-action.js';
import { seedPrices } from '../../../src/core/postgres/seed-price-rows.js';
import { seedStock, type StockSeeding } from '../../../src/core/postgres/seed-stock-rows.js';
import { createSpace, type Space } from '../../support/space.js';
import { acceptMany, makeProduct, makeRow } from './fixture.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';

let space: Space;
beforeAll(async () => {
  space = await createSpace('catalog');
});
afterAll(async () => {
  await space.close();
});

const seed = (
  mode: StockSeeding['mode'],
  units: Readonly<Record<string, number>>,
  more: Partial<StockSeeding> = {},
) =>
  seedStock(space.pool, {
    operationId: randomUUID(),
    mode,
    rows: Object.entries(units).map(([productId, quantity]) => ({ productId, quantity })),
    actor: 'test',
    ...more,
  });
const seededOf = async (productId: string) => (await findConservation(space.pool, [productId]))[0]?.seeded;
const movementsOf = async (productId: string) =>
  (
    await space.pool.query<{ kind: string; delta: number; seeded_after: number; reason: string | null }>(
      'select kind, delta, seeded_after, reason from stock_movements where product_id = $1 order by created_at',
      [productId],
    )
  ).rows;

describe('seeding stock', () => {
  it('makes product and stock, and the same file again changes nothing', async () => {
    const units = { [`b-${randomUUID()}`]: 20, [`a-${randomUUID()}`]: 10 };
    const [a, b] = Object.keys(units).sort();
    expect(await seed('seed', units, { reason: 'launch' })).toEqual([
      { productId: a, before: null, seeded: 10, claimed: 0, epoch: 1, outcome: 'created' },
      { productId: b, before: null, seeded: 20, claimed: 0, epoch: 1, outcome: 'created' },
    ]);
    expect((await seed('seed', units)).map((row) => row.outcome)).toEqual(['unchanged', 'unchanged']);
    expect(await movementsOf(a ?? '')).toEqual([
      { kind: 'seed', delta: 10, seeded_after: 10, reason: 'launch' },
    ]);
  });

  it('with other units changes them while none are claimed, and is refused afterwards unless replacing is meant', async () => {
    const productId = await makeProduct(space.pool, 10);
    expect(await seed('seed', { [productId]: 12 })).toMatchObject([
      { before: 10, seeded: 12, outcome: 'changed' },
    ]);
    await acceptMany(space.pool, productId, 5);
    expect(await seed('seed', { [productId]: 20 })).toMatchObject([
      { before: 12, seeded: 12, claimed: 5, outcome: 'refused-live' },
    ]);
    expect(await seed('seed', { [productId]: 12 })).toMatchObject([{ outcome: 'unchanged' }]);
    expect(await seed('replace', { [productId]: 20 })).toMatchObject([
      { seeded: 20, claimed: 5, outcome: 'changed' },
    ]);
    expect(await seed('replace', { [productId]: 4 })).toMatchObject([
      { seeded: 20, outcome: 'refused-below-claimed' },
    ]);
    expect(await seededOf(productId)).toBe(20);
  });

  it('adds and removes, never below what is claimed', async () => {
    const productId = await makeProduct(space.pool, 10);
    await acceptMany(space.pool, productId, 5);
    expect(await seed('add', { [productId]: 5 })).toMatchObject([
      { before: 10, seeded: 15, outcome: 'changed' },
    ]);
    expect(await seed('remove', { [productId]: 10 })).toMatchObject([{ seeded: 5, outcome: 'changed' }]);
    expect(await seed('remove', { [productId]: 1 })).toMatchObject([
      { seeded: 5, outcome: 'refused-below-claimed' },
    ]);
    expect(await seed('remove', { 'never-seen': 1 })).toMatchObject([
      { before: null, seeded: 0, outcome: 'refused-below-claimed' },
    ]);
    expect(await seed('add', { [productId]: 1_000_000_000 })).toMatchObject([
      { outcome: 'refused-above-limit' },
    ]);
  });

  it('applies an operation id once, and refuses it for anything else', async () => {
    const productId = await makeProduct(space.pool, 10);
    const operationId = randomUUID();
    const answers = await Promise.all([1, 2, 3].map(() => seed('add', { [productId]: 5 }, { operationId })));
    expect(
      answers
        .flat()
        .map((row) => row.outcome)
        .sort(),
    ).toEqual(['changed', 'unchanged', 'unchanged']);
    expect(await seededOf(productId)).toBe(15);
    expect(await seed('add', { [productId]: 6 }, { operationId })).toMatchObject([
      { outcome: 'refused-operation-id' },
    ]);
    expect(await seed('remove', { [productId]: 5 }, { operationId })).toMatchObject([
      { outcome: 'refused-operation-id' },
    ]);
    expect(await seededOf(productId)).toBe(15);
  });

  it('changes no row when one is refused, and says what the others would have been', async () => {
    const [live, idle, fresh] = [
      await makeProduct(space.pool, 10),
      await makeProduct(space.pool, 10),
      `f-${randomUUID()}`,
    ];
    await acceptMany(space.pool, live, 1);
    const outcomes = await seed('seed', { [live]: 99, [idle]: 99, [fresh]: 99 });
    expect(Object.fromEntries(outcomes.map((row) => [row.productId, row.outcome]))).toEqual({
      [live]: 'refused-live',
      [idle]: 'changed',
      [fresh]: 'created',
    });
    expect(await seededOf(idle)).toBe(10);
    expect(await findProducts(space.pool, [fresh])).toEqual([]);
  });

  it('in a dry run changes nothing', async () => {
    const productId = `d-${randomUUID()}`;
    expect(await seed('seed', { [productId]: 5 }, { dryRun: true })).toMatchObject([
      { seeded: 5, outcome: 'created' },
    ]);
    expect(await findProducts(space.pool, [productId])).toEqual([]);
  });

  it('of the same new product from many at once makes it once', async () => {
    const productId = `n-${randomUUID()}`;
    const answers = await Promise.all(Array.from({ length: 4 }, () => seed('seed', { [productId]: 5 })));
    expect(
      answers
        .flat()
        .map((row) => row.outcome)
        .sort(),
    ).toEqual(['created', 'unchanged', 'unchanged', 'unchanged']);
  });

  it('refuses a product named twice', async () => {
    const rows = [1, 2].map((quantity) => ({ productId: 'twice', quantity }));
    await expect(seed('seed', {}, { rows })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  it('takes a removal from under an accept only as far as units are free', async () => {
    const productId = await makeProduct(space.pool, 100);
    const rows = Array.from({ length: 100 }, () => makeRow(productId));
    await Promise.all([
      ...Array.from({ length: 10 }, (_, index) =>
        acceptOrders(space.pool, rows.slice(index * 10, index * 10 + 10)),
      ),
      ...Array.from({ length: 10 }, () => seed('remove', { [productId]: 7 })),
    ]);
    const [sums] = await findConservation(space.pool, [productId]);
    expect(sums?.claimed).toBeLessThanOrEqual(sums?.seeded ?? 0);
    expect(sums?.held).toBe(sums?.claimed);
  });
});

describe('seeding prices', () => {
  it('makes the product, raises the revision with each change, and the same price changes nothing', async () => {
    const productId = `p-${randomUUID()}`;
    const price = { amountMinor: 4990, currency: 'EUR' };
    expect(await seedPrices(space.pool, [{ productId, price }])).toEqual([
      { productId, before: null, price, revision: 1, outcome: 'created' },
    ]);
    expect(await seedPrices(space.pool, [{ productId, price }])).toMatchObject([
      { before: price, revision: 1, outcome: 'unchanged' },
    ]);
    const dollars = { amountMinor: 4990, currency: 'USD' };
    expect(await seedPrices(space.pool, [{ productId, price: dollars }], { dryRun: true })).toMatchObject([
      { before: price, price: dollars, revision: 1, outcome: 'changed' },
    ]);
    expect(await seedPrices(space.pool, [{ productId, price: dollars }])).toMatchObject([
      { before: price, price: dollars, revision: 2, outcome: 'changed' },
    ]);
    expect((await findProducts(space.pool, [productId]))[0]).toMatchObject({
      price: dollars,
      revision: 2,
      stock: null,
      sale: null,
    });
  });

  it('comes before or after the stock', async () => {
    const productId = await makeProduct(space.pool, 5);
    expect((await findProducts(space.pool, [productId]))[0]).toMatchObject({
      price: null,
      stock: { seeded: 5, claimed: 0, epoch: 1 },
    });
    const price = { amountMinor: 1, currency: 'JPY' };
    expect(await seedPrices(space.pool, [{ productId, price }])).toMatchObject([
      { before: null, outcome: 'created' },
    ]);
    expect((await findProducts(space.pool, [productId]))[0]).toMatchObject({ price, active: true });
  });
});

describe('a sale', () => {
  it('is made, changed in part, and cleared in part, under a rising revision', async () => {
    const productId = await makeProduct(space.pool, 5);
    const opensAt = new Date('2030-01-01T12:00:00.123Z');
    expect(
      await putSale(space.pool, [productId, 'no-such-product'], { state: 'CLOSED', opensAt, maxPerOrder: 2 }),
    ).toEqual([
      {
        productId,
        state: 'CLOSED',
        opensAt,
        closesAt: null,
        maxPerOrder: 2,
        maxPerCustomer: null,
        revision: 1,
      },
    ]);
    expect(await putSale(space.pool, [productId], { state: 'OPEN' })).toMatchObject([
      { state: 'OPEN', opensAt, maxPerOrder: 2, revision: 2 },
    ]);
    expect(
      await putSale(space.pool, [productId], { opensAt: null, maxPerOrder: null, maxPerCustomer: 4 }),
    ).toMatchObject([{ state: 'OPEN', opensAt: null, maxPerOrder: null, maxPerCustomer: 4, revision: 3 }]);
    expect((await findProducts(space.pool, [productId]))[0]?.sale).toMatchObject({
      revision: 3,
      maxPerCustomer: 4,
    });
    expect(await putSale(space.pool, [productId], {})).toMatchObject([{ revision: 4 }]);
  });
});

it('finds all products, sorted, when none are named', async () => {
  const all = await findProducts(space.pool);
  expect(all.length).toBeGreaterThan(3);
  expect(all.map((product) => product.productId)).toEqual(all.map((product) => product.productId).sort());
  expect((await findConservation(space.pool)).map((row) => row.productId)).toEqual(
    all.filter((product) => product.stock).map((product) => product.productId),
  );
});

it('shows the same units by the cheap count as by the thorough one', async () => {
  const productId = await makeProduct(space.pool, 9);
  await acceptMany(space.pool, productId, 3);
  await space.pool.query(
    `update orders set status = 'CONFIRMED', paid = true
     where order_id = (select order_id from orders where product_id = $1 limit 1)`,
    [productId],
  );
  const [units] = await findUnits(space.pool, [productId]);
  expect(units).toMatchObject({ seeded: 9, claimed: 3, held: 2, sold: 1, liveOrders: 2 });
  const { liveOrders: _read, ...inCommon } = units ?? { liveOrders: 0 };
  expect(await findConservation(space.pool, [productId])).toMatchObject([inCommon]);
  expect((await findUnits(space.pool)).length).toBeGreaterThan(1);
});

it('counts restocked orders as neither held nor sold', async () => {
  const productId = await makeProduct(space.pool, 5);
  await acceptMany(space.pool, productId, 2);
  await space.pool.query(`update orders set status = 'CONFIRMED', paid = true where product_id = $1`, [
    productId,
  ]);
  expect(await findConservation(space.pool, [productId])).toMatchObject([{ claimed: 2, held: 0, sold: 2 }]);
  await space.pool.query(
    `update orders set restocked_at = now_ms() where order_id = (select order_id from orders where product_id = $1 limit 1)`,
    [productId],
  );
  expect(await findConservation(space.pool, [productId])).toMatchObject([{ held: 0, sold: 1 }]);
});

it('keeps what operators did', async () => {
  const action = {
    actor: 'ann',
    host: 'box',
    command: 'seed-stock',
    arguments: { productId: 'p', quantity: 5 },
  };
  await recordOperatorAction(space.pool, { ...action, reason: 'launch', result: [1] });
  await recordOperatorAction(space.pool, { ...action, actor: 'bob' });
  const { rows } = await space.pool.query(
    'select actor, host, command, arguments, reason, result from operator_actions order by action_id',
  );
  expect(rows).toEqual([
    { ...action, reason: 'launch', result: [1] },
    { ...action, actor: 'bob', reason: null, result: null },
  ]);
});

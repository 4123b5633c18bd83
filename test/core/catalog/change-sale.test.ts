/** What a change of a sale does in Postgres and Redis, and what it leaves alone: of single products, and of all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSaleStand, OPEN, PAUSE, type SaleStand } from './sale-stand.js';

let stand: SaleStand;
beforeAll(async () => {
  stand = await createSaleStand('change-sale');
});
afterAll(() => stand.shop.space.close());

const actions = async (productId: string) => {
  const { rows } = await stand.shop.space.pool.query<{ command: string; reason: string; result: unknown }>(
    `select actor, command, arguments, reason, result from operator_actions
     where result->'changed'->0->>'productId' = $1 order by action_id`,
    [productId],
  );
  return rows.filter((row) => row.command.startsWith('sale'));
};

describe('a change of a sale', () => {
  it('is effective with the next reserve, in Postgres and Redis under one revision and the same epoch', async () => {
    const productId = await stand.sell();
    const { epoch } = await stand.inRedis(productId);
    expect(await stand.reserve(productId)).toBe('reserved');
    const report = await stand.change([productId], PAUSE);
    expect(report.products[0]).toMatchObject({
      outcome: 'changed',
      before: { state: 'OPEN' },
      after: { state: 'PAUSED' },
      revision: 1,
      redis: 'agrees',
      selling: { state: 'paused' },
    });
    expect(await stand.reserve(productId)).toBe('paused');
    expect(await stand.inPostgres(productId)).toMatchObject({ state: 'PAUSED', revision: 1 });
    expect(await stand.inRedis(productId)).toMatchObject({ rules: { state: 'PAUSED', revision: 1 }, epoch });

    const limits = { maxPerOrder: 2, maxPerCustomer: 3 };
    await stand.change([productId], { kind: 'set', change: { state: 'OPEN', ...limits } });
    expect(await stand.reserve(productId, 3)).toBe('quantity-limit');
    expect(await stand.inRedis(productId)).toMatchObject({
      rules: { state: 'OPEN', ...limits, revision: 2 },
      epoch,
    });
  });

  it('leaves accepted orders as they are', async () => {
    const productId = await stand.sell();
    const order = await stand.shop.place(productId);
    await stand.change([productId], { kind: 'close' });
    await stand.shop.confirm(order);
    expect(await stand.shop.audit(productId)).toMatchObject({ sold: 1, problem: null });
  });

  it('is done once: the second time nothing changes, not even the revision, and no action is recorded', async () => {
    const productId = await stand.sell();
    await stand.change([productId], PAUSE, { reason: 'wrong price' });
    expect((await stand.change([productId], PAUSE)).products[0]).toMatchObject({
      outcome: 'unchanged',
      revision: 1,
    });
    expect(await actions(productId)).toEqual([
      {
        actor: 'ada',
        command: 'sale pause',
        arguments: { products: [productId] },
        reason: 'wrong price',
        result: {
          changes: 1,
          changed: [
            expect.objectContaining({
              productId,
              before: expect.objectContaining({ state: 'OPEN' }) as unknown,
              after: expect.objectContaining({ state: 'PAUSED' }) as unknown,
            }),
          ],
        },
      },
    ]);
  });

  it('shows in a dry run what would be and changes nothing anywhere', async () => {
    const productId = await stand.sell();
    const report = await stand.change([productId], PAUSE, { dryRun: true });
    expect(report).toMatchObject({
      dryRun: true,
      products: [{ outcome: 'changed', after: { state: 'PAUSED' }, revision: null, redis: null }],
    });
    expect([await stand.inPostgres(productId), (await stand.inRedis(productId)).rules]).toEqual([null, null]);
    expect(await stand.reserve(productId)).toBe('reserved');
    expect(await actions(productId)).toEqual([]);
  });

  it('is made of all products or none', async () => {
    const productId = await stand.sell();
    await expect(stand.change([productId, 'no-such'], PAUSE)).rejects.toMatchObject({
      code: 'PRODUCT_NOT_FOUND',
    });
    const window = { opensAt: new Date('2031-01-01'), closesAt: new Date('2030-01-01') };
    await expect(stand.change([productId], { kind: 'set', change: window })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    expect(await stand.inPostgres(productId)).toBeNull();
    expect(await stand.reserve(productId)).toBe('reserved');
  });

  it('reckons a time from now by the clock of Redis', async () => {
    const productId = await stand.sell();
    const before = (await stand.inRedis(productId)).now.getTime();
    const [product] = (
      await stand.change([productId], { kind: 'set', change: { opensAt: { inMs: 3_600_000 } } })
    ).products;
    const after = (await stand.inRedis(productId)).now.getTime();
    const opensAt = product?.after.opensAt?.getTime() ?? 0;
    expect(opensAt).toBeGreaterThanOrEqual(before + 3_600_000);
    expect(opensAt).toBeLessThanOrEqual(after + 3_600_000);
    expect(product?.selling).toEqual({ state: 'opens-later', opensAt: new Date(opensAt) });
  });

  it('can come before the stock: the product then never sells for a moment', async () => {
    const productId = stand.shop.newProductId();
    await stand.shop.space.pool.query(`insert into products (product_id, name) values ($1, $1)`, [productId]);
    expect((await stand.change([productId], PAUSE)).products[0]).toMatchObject({
      redis: 'no-stock',
      selling: { state: 'paused' },
    });
    await stand.shop.open(productId, 5);
    expect(await stand.reserve(productId)).toBe('paused');
  });
});

describe('all products', () => {
  it('open again after a pause, except those that were closed before', async () => {
    const [sold, over] = [await stand.sell(), await stand.sell()];
    await stand.change([over], { kind: 'close' });
    await stand.change(undefined, PAUSE);
    expect([await stand.reserve(sold), await stand.reserve(over)]).toEqual(['paused', 'closed']);
    const { products } = await stand.change(undefined, { kind: 'open', evenClosed: false });
    const outcomes = new Map(products.map((product) => [product.productId, product.outcome]));
    expect([outcomes.get(sold), outcomes.get(over)]).toEqual(['changed', 'left-closed']);
    expect([await stand.reserve(sold), await stand.reserve(over)]).toEqual(['reserved', 'closed']);
    await stand.change([over], OPEN);
    expect(await stand.reserve(over)).toBe('reserved');
  });
});

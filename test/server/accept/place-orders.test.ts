import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeSale } from '../../../src/core/catalog/change-sale.js';
import { OPEN_TERMS } from '../../../src/core/catalog/effective-sale.js';
import type { SaleTermsChange } from '../../../src/core/catalog/plan-sale-change.js';
import { createLoad } from '../../../src/core/redis/load.js';
import { waitFor } from '../../support/wait-for.js';
import { startServeSpace, type ServeSpace } from '../serve-space.js';

describe('POST /orders', () => {
  let serve: ServeSpace;
  beforeAll(async () => {
    serve = await startServeSpace('place');
  });
  afterAll(() => serve.close());

  const codesOf = (answers: readonly { status: number; body: { code?: string } }[]) => {
    const counts: Record<string, number> = {};
    for (const { status, body } of answers) {
      const code = body.code === undefined ? String(status) : `${status} ${body.code}`;
      counts[code] = (counts[code] ?? 0) + 1;
    }
    return counts;
  };

  it('answers 202 with the id, the price and where to follow the order', async () => {
    const productId = await serve.product(10);
    const answer = await serve.order(productId, 3, { userId: 'ada' });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      orderId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      status: 'PENDING',
      productId,
      quantity: 3,
      unitPrice: { amountMinor: 4_990, currency: 'EUR' },
      amount: { amountMinor: 14_970, currency: 'EUR' },
    });
    expect(answer.headers.get('location')).toBe(`/orders/${answer.body.orderId}`);
    expect(await serve.figures(productId)).toMatchObject({
      claimed: 3,
      orders: 1,
      available: 7,
      heldUnits: 3,
    });
  });

  it('accepts exactly 100 of 2,000 concurrent orders for 100 units, each readable at once', async () => {
    const productId = await serve.product(100);
    const readBack: number[] = [];
    const answers = await Promise.all(
      Array.from({ length: 2_000 }, async (_, n) => {
        const userId = `buyer-${n}`;
        const answer = await serve.buy(productId, 1, { userId });
        if (answer.status === 202) {
          readBack.push((await serve.get(answer.headers.get('location') ?? '', userId)).status);
        }
        return answer;
      }),
    );
    expect(codesOf(answers)).toEqual({ '202': 100, '409 SOLD_OUT': 1_900 });
    expect(readBack).toEqual(Array.from({ length: 100 }, () => 200));
    expect(await serve.figures(productId)).toEqual({
      claimed: 100,
      orders: 100,
      available: 0,
      holds: 100,
      heldUnits: 100,
    });
  }, 60_000);

  it('makes one order and one hold of fifty concurrent requests with the same key', async () => {
    const productId = await serve.product(10);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => serve.buy(productId, 2, { key: 'double click' })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => answer.body.orderId)).size).toBe(1);
    expect(await serve.figures(productId)).toMatchObject({ claimed: 2, orders: 1, holds: 1, available: 8 });
  });

  it('makes a new order of every request without a key, and of every customer with the same key', async () => {
    const productId = await serve.product(10);
    const answers = await Promise.all([
      serve.order(productId, 1),
      serve.order(productId, 1),
      serve.order(productId, 1, { userId: 'ada', key: 'k' }),
      serve.order(productId, 1, { userId: 'bob', key: 'k' }),
    ]);
    expect(new Set(answers.map((answer) => answer.body.orderId)).size).toBe(4);
  });

  it('refuses the same key with another quantity or product, and holds nothing for it', async () => {
    const [one, other] = [await serve.product(10), await serve.product(10)];
    const first = await serve.order(one, 1, { key: 'reused' });
    const answers = [
      await serve.order(one, 2, { key: 'reused' }),
      await serve.order(other, 1, { key: 'reused' }),
    ];
    expect(codesOf(answers)).toEqual({ '422 KEY_REUSED': 2 });
    expect(await serve.figures(one)).toMatchObject({ claimed: 1, holds: 1 });
    expect(await serve.figures(other)).toMatchObject({ claimed: 0, holds: 0, available: 10 });
    expect((await serve.order(one, 1, { key: 'reused' })).body.orderId).toBe(first.body.orderId);
  });

  it('makes at most one order of one key sent with two bodies at the same moment', async () => {
    const [one, other] = [await serve.product(100), await serve.product(100)];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => serve.buy(n % 2 === 0 ? one : other, 1, { key: 'torn' })),
    );
    expect(codesOf(answers)).toEqual({ '202': 20, '422 KEY_REUSED': 20 });
    const figures = [await serve.figures(one), await serve.figures(other)];
    expect(figures.map((each) => each.orders).sort()).toEqual([0, 1]);
    expect(figures.map((each) => each.holds).sort()).toEqual([0, 1]);
  });

  it('gives the same answer to a repeated key after the order has ended and its hold is gone', async () => {
    const productId = await serve.product(5);
    const first = await serve.order(productId, 1, { key: 'ended' });
    const { rows } = await serve.space.pool.query<{ reservation_id: string }>(
      `update orders set status = 'FAILED' where order_id = $1 returning reservation_id`,
      [first.body.orderId],
    );
    const { createRelease } = await import('../../../src/core/redis/release.js');
    const reservationId = String(rows[0]?.reservation_id);
    await createRelease(serve.space.redis, serve.space.prefix)({ productId, reservationId, generation: 0 });

    const again = await serve.order(productId, 1, { key: 'ended' });
    expect(again.status).toBe(202);
    expect(again.body).toMatchObject({ orderId: first.body.orderId, status: 'FAILED' });
    expect((await serve.order(productId, 2, { key: 'ended' })).body.code).toBe('KEY_REUSED');
    expect(await serve.figures(productId)).toMatchObject({ holds: 0, available: 5 });
  });

  it('refuses what Redis wrongly grants, gives the hold back and ends the key', async () => {
    const productId = await serve.product(2);
    await load(serve, productId, { available: 1_000, epoch: 2 });
    await serve.space.pool.query('update stock set epoch = 2 where product_id = $1', [productId]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => serve.order(productId, 1, { key: `k${n}` })),
    );
    expect(codesOf(answers)).toEqual({ '202': 2, '409 SOLD_OUT': 18 });
    expect(await serve.figures(productId)).toMatchObject({ claimed: 2, orders: 2, holds: 2 });
    const refused = answers.findIndex((answer) => answer.status === 409);
    expect((await serve.order(productId, 1, { key: `k${refused}` })).body.code).toBe('RESERVATION_ENDED');
  });

  it('answers that the product is being restored when Redis works under an older epoch than Postgres', async () => {
    const productId = await serve.product(5);
    await serve.space.pool.query('update stock set epoch = epoch + 1 where product_id = $1', [productId]);
    const answer = await serve.order(productId, 1);
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ code: 'REBUILDING', retryable: true });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await serve.figures(productId)).toMatchObject({ claimed: 0, orders: 0 });
  });

  it('tells a product that does not exist from one that Redis has lost', async () => {
    expect((await serve.order('no-such-product', 1)).body).toMatchObject({
      code: 'PRODUCT_NOT_FOUND',
      status: 404,
    });
    const productId = await serve.product(5);
    // Again when serve had rebuilt the product before the order came.
    const refused = await waitFor(
      async () => {
        await serve.space.redis.unlink(`${serve.space.prefix}:stock:{${productId}}`);
        const { body } = await serve.order(productId, 1);
        return body.status === 503 ? body : undefined;
      },
      { what: 'an order to meet Redis without the product' },
    );
    expect(refused).toMatchObject({ code: 'REBUILDING' });
  });

  it('answers each rule of the sale with its own code', async () => {
    const productId = await serve.product(50);
    const saleOf = (change: SaleTermsChange) =>
      setRules(serve, productId, { maxPerOrder: 3, maxPerCustomer: 4, ...change });
    const codeAfter = async (change: SaleTermsChange, quantity = 1, userId = randomUUID()) => {
      await saleOf(change);
      const { status, body } = await serve.order(productId, quantity, { userId });
      return `${status} ${body.code}`;
    };
    expect(await codeAfter({ state: 'PAUSED' })).toBe('503 SALE_PAUSED');
    expect(await codeAfter({ state: 'CLOSED' })).toBe('410 SALE_CLOSED');
    expect(await codeAfter({ closesAt: new Date(Date.now() - 1_000) })).toBe('410 SALE_CLOSED');
    expect(await codeAfter({ opensAt: new Date(Date.now() + 60_000) })).toBe('409 NOT_OPEN_YET');
    expect(await codeAfter({}, 4)).toBe('422 QUANTITY_LIMIT');
    await saleOf({});
    expect((await serve.order(productId, 3, { userId: 'greedy' })).status).toBe(202);
    expect((await serve.order(productId, 2, { userId: 'greedy' })).body.code).toBe('CUSTOMER_LIMIT');
  });

  it('says when a sale opens by Retry-After', async () => {
    const productId = await serve.product(5);
    const opensAt = new Date(Date.now() + 90_000);
    await setRules(serve, productId, { opensAt });
    const answer = await serve.order(productId, 1);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(85);
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(90);
  });

  it('hands every accepted order to Kafka and notes what it did in role_stats', async () => {
    const productId = await serve.product(3);
    await Promise.all(Array.from({ length: 5 }, () => serve.order(productId, 1)));
    await waitFor(
      async () => {
        const { rows } = await serve.space.pool.query<{ waiting: number }>(
          `select count(*)::integer as waiting from order_events e join orders o using (order_id)
           where o.product_id = $1 and e.published_at is null`,
          [productId],
        );
        return rows[0]?.waiting === 0;
      },
      { what: 'the events to be published' },
    );
    await waitFor(
      async () => {
        const { rows } = await serve.space.pool.query<{ accepted: number; refused: number; timed: number }>(
          `select sum((counts->>'accepted')::int)::int as accepted, sum((counts->>'SOLD_OUT')::int)::int as refused,
             sum((select sum(v::int) from jsonb_each_text(latency->'accept') as t(k, v)))::int as timed
           from role_stats where role = 'serve' and product_id = $1`,
          [productId],
        );
        return rows[0]?.accepted === 3 && rows[0].refused === 2 && rows[0].timed === 3;
      },
      { what: 'the figures to be written' },
    );
  });
});

/** As `sale set` does it: rules that Redis had alone would look like a loss, and be rebuilt. */
async function setRules({ space }: ServeSpace, productId: string, change: SaleTermsChange): Promise<void> {
  const { pool, redis, prefix } = space;
  const intent = { kind: 'set', change: { ...OPEN_TERMS, ...change } } as const;
  const operator = { dryRun: false, actor: 'ada', host: 'test' };
  await changeSale({ pool, redis, prefix }, { productIds: [productId], intent, ...operator });
}

/** Writes a product's state into Redis as a load would, whatever Postgres thinks. */
async function load(
  serve: ServeSpace,
  productId: string,
  state: Partial<Parameters<ReturnType<typeof createLoad>>[0]>,
): Promise<void> {
  const { redis, prefix } = serve.space;
  const { unload } = await import('../../../src/core/redis/unload.js');
  const epoch = state.epoch ?? 1;
  await unload(redis, prefix, { productId, epoch });
  await createLoad(
    redis,
    prefix,
  )({
    productId,
    available: 5,
    price: { amountMinor: 4_990, currency: 'EUR' },
    revision: 1,
    sale: null,
    ...state,
    epoch,
  });
}

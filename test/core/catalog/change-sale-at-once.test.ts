/** Changes of the same sales by several operators at once, and beside seedings. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../support/wait-for.js';
import { createSaleStand, OPEN, PAUSE, type SaleStand } from './sale-stand.js';

let stand: SaleStand;
beforeAll(async () => {
  stand = await createSaleStand('change-sale-at-once');
});
afterAll(() => stand.shop.space.close());

describe('of two operators at once', () => {
  it('the later change stays, in Postgres and in Redis alike, whatever order they arrive in', async () => {
    const productId = await stand.sell();
    const limits = Array.from({ length: 24 }, (_, n) => n + 1);
    const reports = await Promise.all(
      limits.map((maxPerCustomer) => stand.change([productId], { kind: 'set', change: { maxPerCustomer } })),
    );
    const revisions = reports.map((report) => report.products[0]?.revision ?? 0);
    expect([...revisions].sort((a, b) => a - b)).toEqual(limits);
    const last = reports[revisions.indexOf(24)]?.products[0]?.after.maxPerCustomer;
    expect(await stand.inPostgres(productId)).toMatchObject({ maxPerCustomer: last, revision: 24 });
    expect((await stand.inRedis(productId)).rules).toMatchObject({ maxPerCustomer: last, revision: 24 });
    for (const report of reports) expect(report.products[0]?.redis).toBe('agrees');
  });

  it('the one whose write to Redis comes last, but who was first in Postgres, undoes nothing', async () => {
    const productId = await stand.sell();
    const { redis } = stand.shop.deps;
    const late = Object.create(redis) as typeof redis & { setSale: (...args: unknown[]) => Promise<unknown> };
    const setLater = late.setSale.bind(redis);
    let arrives: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (arrives = resolve));
    let fired = false;
    late.setSale = async (...args) => {
      fired = true;
      await held;
      return setLater(...args);
    };
    const first = stand.change([productId], PAUSE, { redis: late });
    await waitFor(() => fired, { what: 'the first operator to be on the way to Redis' });
    await stand.change([productId], OPEN);
    arrives();
    expect((await first).products[0]).toMatchObject({
      after: { state: 'PAUSED' },
      revision: 1,
      redis: 'agrees',
      selling: { state: 'open' },
    });
    expect((await stand.inRedis(productId)).rules).toMatchObject({ state: 'OPEN', revision: 2 });
    expect(await stand.reserve(productId)).toBe('reserved');
  });

  it('neither undoes what the other has set, for both plan from what is there when they write', async () => {
    const productId = await stand.sell();
    const opensAt = new Date('2090-01-01T00:00:00Z');
    const closesAt = new Date('2090-01-02T00:00:00Z');
    for (let maxPerOrder = 1; maxPerOrder <= 6; maxPerOrder += 1) {
      const changes = [{ opensAt }, { closesAt }, { maxPerOrder }, { maxPerCustomer: maxPerOrder + 1 }];
      await Promise.all(changes.map((terms) => stand.change([productId], { kind: 'set', change: terms })));
      const expected = { opensAt, closesAt, maxPerOrder, maxPerCustomer: maxPerOrder + 1 };
      expect(await stand.inPostgres(productId)).toMatchObject(expected);
      expect((await stand.inRedis(productId)).rules).toMatchObject(expected);
      await stand.change([productId], { kind: 'set', change: { opensAt: null, closesAt: null } });
    }
  });

  it('neither waits for the other for ever, whichever products they name in whichever order', async () => {
    const products = await Promise.all([stand.sell(), stand.sell(), stand.sell()]);
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 3 === 0
          ? stand.shop.seed(products[n % 2] ?? '', 100, { closed: true })
          : stand.change(n % 2 === 0 ? products : [...products].reverse(), n % 3 === 1 ? PAUSE : OPEN),
      ),
    );
    for (const productId of products) {
      const sale = await stand.inPostgres(productId);
      expect((await stand.inRedis(productId)).rules).toMatchObject({
        state: sale?.state,
        revision: sale?.revision,
      });
    }
  });
});

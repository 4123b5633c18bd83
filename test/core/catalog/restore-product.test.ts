/** A lost product is rebuilt once, whoever notices, and what happens meanwhile is neither lost nor counted twice. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import { lookAtLoads } from '../../../src/core/catalog/look-at-loads.js';
import { restoreProduct } from '../../../src/core/catalog/restore-product.js';
import { runRestore } from '../../../src/core/catalog/run-restore.js';
import { sweepAbandonedHolds } from '../../../src/core/sweeps/sweep-holds.js';
import { sweepEndings } from '../../../src/core/sweeps/sweep-endings.js';
import { AppError } from '../../../src/core/errors.js';
import { createPool } from '../../../src/core/postgres/create-pool.js';
import { findLoads } from '../../../src/core/postgres/find-loads.js';
import { putSale } from '../../../src/core/postgres/put-sale.js';
import { withLoadLock } from '../../../src/core/postgres/with-load-lock.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { setSale } from '../../../src/core/redis/set-sale.js';
import { readServerIdentity } from '../../../src/core/redis/server-identity.js';
import { unload } from '../../../src/core/redis/unload.js';
import { waitFor } from '../../support/wait-for.js';
import { createShop, type Shop } from './shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await createShop('restore-product');
});
afterAll(() => shop.space.close());

const epochOf = async (productId: string) =>
  (await findLoads(shop.space.pool, [productId]))[0]?.epoch ?? Number.NaN;
const stateOf = async (productId: string) => (await lookAtLoads(shop.deps, [productId]))[0]?.state;

it('is done once, however many ask for it at once', async () => {
  await shop.open('tee', 20);
  await shop.place('tee', { quantity: 3 });
  const epoch = await epochOf('tee');
  await shop.loseRedis();

  const pool = createPool(
    { url: shop.space.databaseUrl, applicationName: 'ordersctl-test', max: 20 },
    shop.space.log,
  );
  try {
    const deps = { ...shop.deps, pool };
    const restoring = Array.from({ length: 8 }, () => restoreProduct(deps, 'tee'));
    const outcomes = await Promise.all(restoring);
    expect(outcomes.filter((outcome) => outcome === 'rebuilt')).toHaveLength(1);
    expect(await restoreProduct(deps, 'tee')).toBe('in-step');
  } finally {
    await pool.end();
  }
  expect(await epochOf('tee')).toBe(epoch + 1);
  expect(await shop.audit('tee')).toMatchObject({
    available: 17,
    redisAvailable: 17,
    drift: 0,
    problem: null,
  });
});

it('tells every kind of loss, and mends it', async () => {
  await shop.open('cap', 5);
  const keys = productKeys(shop.space.prefix, 'cap');
  expect(await stateOf('cap')).toBe('in-step');
  await shop.space.redis.unlink(keys.stock);
  expect(await stateOf('cap')).toBe('not-loaded');
  await shop.space.redis.set(keys.stock, 5);
  await shop.space.redis.hset(keys.sale, 'epoch', 0);
  expect(await stateOf('cap')).toBe('other-epoch');
  expect(await restoreProduct(shop.deps, 'cap')).toBe('rebuilt');
  await shop.space.pool.query(`update stock set redis_run_id = 'another/one' where product_id = 'cap'`);
  expect(await stateOf('cap')).toBe('other-server');
  expect(await restoreProduct(shop.deps, 'cap')).toBe('rebuilt');
  expect(await stateOf('cap')).toBe('in-step');
  const [load] = await findLoads(shop.space.pool, ['cap']);
  expect(load?.redisServer).toBe(await readServerIdentity(shop.space.redis));
  expect(await restoreProduct(shop.deps, 'hat')).toBe('no-stock');
});

it('leaves what somebody else loads to them, and takes it as done', async () => {
  await shop.open('mug', 5);
  const epoch = await epochOf('mug');
  await unload(shop.space.redis, shop.space.prefix, { productId: 'mug', epoch });
  let restoring: ReturnType<typeof runRestore> | undefined;
  await withLoadLock(shop.space.pool, 'mug', async () => {
    expect(await restoreProduct(shop.deps, 'mug')).toBe('busy');
    restoring = runRestore(shop.deps, [{ productId: 'mug', state: 'not-loaded', action: 'rebuild' }]);
    expect(await loadProduct(shop.deps, 'mug')).toBe('loaded');
  });
  expect(await restoring).toEqual({
    results: [{ productId: 'mug', outcome: 'in-step', reason: null }],
    stoppedBy: null,
  });
  expect(await epochOf('mug')).toBe(epoch + 1);
});

it('frees the lock of a process that failed in the middle', async () => {
  await shop.open('pin', 5);
  const failing = withLoadLock(shop.space.pool, 'pin', () => Promise.reject(new Error('died')));
  await expect(failing).rejects.toThrow('died');
  expect(await restoreProduct(shop.deps, 'pin', { evenInStep: true })).toBe('rebuilt');
});

it('loses and doubles nothing of the traffic that goes on', async () => {
  const units = 400;
  const max = 4;
  await shop.open('bag', units);
  const [sale] = await putSale(shop.space.pool, ['bag'], { maxPerCustomer: max });
  if (sale) await setSale(shop.space.redis, shop.space.prefix, sale);
  const epoch = await epochOf('bag');
  const release = createRelease(shop.space.redis, shop.space.prefix);
  const reserve = createReserve(shop.space.redis, shop.space.prefix);
  let turns = 0;
  let refused = 0;
  let placed = 0;
  let stopping = false;

  /** Buys, and gives every third order back, as workers would. */
  async function customer(userId: string): Promise<void> {
    while (!stopping) {
      turns += 1;
      const reservationId = crypto.randomUUID();
      const wanted = { reservationId, productId: 'bag', userId, quantity: 1, bodyHash: 'b1' };
      const reserved = await reserve(wanted);
      if (!('hold' in reserved)) {
        refused += 1;
        // Nobody may have more than the limit, and a product that is not loaded says so.
        expect(['not-loaded', 'customer-limit', 'sold-out']).toContain(reserved.kind);
        continue;
      }
      const outcome = await shop.accept(reserved.hold);
      if (outcome.kind !== 'new') {
        expect(outcome.kind).toBe('stale');
        continue;
      }
      placed += 1;
      if (placed % 3 !== 0) continue;
      const { orderId } = outcome.order;
      await shop.end({ orderId, hold: reserved.hold });
      await release(reserved.hold).catch((error: unknown) => {
        // The load may bring this hold back; the sweep of endings finds it.
        if (!(error instanceof AppError) || error.code !== 'REBUILDING') throw error;
      });
    }
  }

  const customers = Array.from({ length: 4 }, (_none, at) => Array(3).fill(`user-${at}`) as string[])
    .flat()
    .map((userId) => customer(userId));
  for (let loss = 0; loss < 5; loss += 1) {
    const before = placed + refused;
    await waitFor(() => placed + refused > before + 20, { what: 'traffic' });
    await unload(shop.space.redis, shop.space.prefix, { productId: 'bag', epoch: await epochOf('bag') });
    expect(await restoreProduct(shop.deps, 'bag')).toBe('rebuilt');
  }
  stopping = true;
  await Promise.all(customers);
  expect(turns).toBeGreaterThan(100);
  expect(placed).toBeGreaterThan(10);
  expect(await epochOf('bag')).toBe(epoch + 5);

  const sweeping = { ...shop.deps, log: shop.space.log };
  await sweepEndings(sweeping, { olderThanMs: 0, limit: 10_000 });
  await sweepAbandonedHolds(sweeping, { olderThanMs: 0, limit: 10_000 });
  const audit = await shop.audit('bag');
  expect(audit).toMatchObject({ inFlight: 0, drift: 0, problem: null });
  expect(audit.redisAvailable).toBe(audit.available);
  const { rows } = await shop.space.pool.query<{ units: number }>(
    `select sum(quantity)::integer as units from orders
     where product_id = 'bag' and status = 'PENDING' group by user_id`,
  );
  expect(Math.max(...rows.map((row) => row.units))).toBeLessThanOrEqual(max);
  const limits = await shop.space.redis.hgetall(productKeys(shop.space.prefix, 'bag').limits);
  const counted = Object.values(limits).reduce((sum, count) => sum + Number(count), 0);
  expect(counted).toBe(audit.held);
});

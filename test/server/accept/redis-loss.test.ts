/** Redis loses what it knew, in every way it can, while two replicas sell (reliability matrix 3 to 7). */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditProducts } from '../../../src/core/catalog/audit.js';
import { restoreProduct } from '../../../src/core/catalog/restore-product.js';
import { acceptOrders } from '../../../src/core/postgres/accept-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findLoads } from '../../../src/core/postgres/find-loads.js';
import { putSale } from '../../../src/core/postgres/put-sale.js';
import { raiseEpoch } from '../../../src/core/postgres/raise-epoch.js';
import { withLoadLock } from '../../../src/core/postgres/with-load-lock.js';
import { createRedis } from '../../../src/core/redis/create-redis.js';
import { productKeys } from '../../../src/core/redis/keys.js';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import { createReserve } from '../../../src/core/redis/reserve.js';
import { setSale } from '../../../src/core/redis/set-sale.js';
import { unload } from '../../../src/core/redis/unload.js';
import { onRedis, startOwnRedis, type OwnRedis } from '../../support/own-redis.js';
import { inParallel } from '../../support/pipeline.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';
import { startServe, type Answer, type ServeSpace } from '../serve-space.js';

const WIDTH = 16;

describe('when Redis loses data', () => {
  let redis: OwnRedis;
  let space: Space;
  let serves: [ServeSpace, ServeSpace];
  let tee: string;
  beforeAll(async () => {
    redis = await startOwnRedis();
    const shared = await createSpace('redis-loss');
    await shared.topics();
    space = onRedis(shared, redis.url);
    serves = [await startServe(space), await startServe(space)];
  });
  beforeEach(() => {
    tee = `tee-${randomUUID().slice(0, 8)}`;
  });
  afterAll(async () => {
    await serves[1].stop();
    await serves[0].close();
    await redis.close();
  });

  /** Loaded, and left alone: a replica that still looks around after an earlier loss may have met it half seeded. */
  async function seed(units: number): Promise<void> {
    await serves[0].product(units, tee);
    await waitFor(async () => (await restoreProduct(space, tee)) === 'in-step', {
      what: 'the load to settle',
    });
  }

  async function epochOf(productId: string): Promise<number> {
    return (await findLoads(space.pool, [productId]))[0]?.epoch ?? 0;
  }

  async function limitPerCustomer(productId: string, max: number): Promise<void> {
    const [sale] = await putSale(space.pool, [productId], { maxPerCustomer: max });
    if (sale) await setSale(space.redis, space.prefix, sale);
  }

  async function untilLoaded(productId: string, epoch: number): Promise<void> {
    await waitFor(
      async () => {
        const totals = await readTotals(space.redis, space.prefix, productId);
        return totals.available !== null && totals.epoch === epoch;
      },
      { what: `${productId} to be loaded under epoch ${epoch}` },
    );
  }

  /** One buyer of one unit, who comes again after a 503; all 503s are noted. */
  async function buy(at: number, away: Answer[], userId = `buyer-${at}`): Promise<Answer> {
    const key = randomUUID();
    return waitFor(
      async () => {
        const answer = await (serves[at % 2] ?? serves[0]).order(tee, 1, { userId, key });
        if (answer.status !== 503) return answer;
        away.push(answer);
        return undefined;
      },
      { timeoutMs: 15_000, intervalMs: 10, what: 'the sale to go on' },
    );
  }

  /** More buyers than units; `fault` strikes when a third of the units is sold. */
  async function sell(units: number, fault: () => Promise<void>): Promise<Answer[]> {
    const away: Answer[] = [];
    let accepted = 0;
    let struck: Promise<void> | undefined;
    const buyers = Array.from({ length: units + 50 }, (_none, at) => at);
    const statuses = await inParallel(buyers, WIDTH, async (at) => {
      const { status } = await buy(at, away);
      if (status === 202) accepted += 1;
      if (accepted > units / 3) struck ??= fault();
      return status;
    });
    expect(struck).toBeDefined();
    await struck;
    expect(statuses.filter((status) => status === 202)).toHaveLength(units);
    expect(statuses.filter((status) => status === 409)).toHaveLength(50);
    return away;
  }

  async function expectSoldOutAndClean(units: number): Promise<void> {
    expect(await serves[0].figures(tee)).toEqual({
      claimed: units,
      orders: units,
      available: 0,
      holds: units,
      heldUnits: units,
    });
    const audit = await auditProducts({ pool: space.pool, redis: space.redis, prefix: space.prefix }, [tee]);
    expect(audit.products[0]).toMatchObject({ available: 0, drift: 0, inFlight: 0, problem: null });
  }

  const losses: [string, () => Promise<void>][] = [
    ['FLUSHALL', async () => void (await space.redis.flushall())],
    [
      'a restart without data',
      async () => {
        await redis.kill();
        await redis.start();
      },
    ],
    [
      'a restart on an older copy',
      async () => {
        await redis.saveCopy();
        await waitFor(async () => ((await serves[0].figures(tee)).claimed > 150 ? true : undefined), {
          what: 'the sale to go on after the copy',
        });
        await redis.kill();
        await redis.start();
      },
    ],
  ];
  it.each(losses)('sells every unit once, after a short 503: %s', async (_name, fault) => {
    await seed(300);
    const epoch = await epochOf(tee);
    const away = await sell(300, fault);

    expect(away.length).toBeGreaterThan(0);
    for (const answer of away) {
      // UNAVAILABLE while it restarts; a rebuild may be over before anybody comes again.
      expect(['REBUILDING', 'UNAVAILABLE']).toContain(answer.body['code']);
      expect(answer.body['retryable']).toBe(true);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    await expectSoldOutAndClean(300);
    // Two replicas noticed, hundreds of requests told them, one of them rebuilt it.
    expect(await epochOf(tee)).toBe(epoch + 1);
  });

  it('keeps limits, holds, prices and ended attempts over a restart on an older copy', async () => {
    await seed(20);
    await limitPerCustomer(tee, 2);
    expect((await serves[0].buy(tee, 1, { userId: 'ada', key: 'ada-1' })).status).toBe(202);
    await redis.saveCopy();
    expect((await serves[1].buy(tee, 1, { userId: 'ada', key: 'ada-2' })).status).toBe(202);
    const cancelled = await serves[0].buy(tee, 2, { userId: 'bob', key: 'bob-1' });
    await endOrders(space.pool, [
      {
        orderId: String(cancelled.body['orderId']),
        status: 'CANCELLED',
        failureCode: 'CANCELLED_BY_CUSTOMER',
      },
    ]);
    const reserve = createReserve(space.redis, space.prefix);
    const reservation = { productId: tee, userId: 'eve', quantity: 1, bodyHash: 'b1' };
    const late = await reserve({ ...reservation, reservationId: randomUUID() });
    const epoch = await epochOf(tee);

    await redis.kill();
    await redis.start();
    await untilLoaded(tee, epoch + 1);

    // The copy knew of one unit of hers, and of no order of his.
    const third = await serves[0].buy(tee, 1, { userId: 'ada', key: 'ada-3' });
    expect(third.body['code']).toBe('CUSTOMER_LIMIT');
    const again = await serves[1].buy(tee, 1, { userId: 'ada', key: 'ada-2' });
    expect(again.status).toBe(202);
    const ended = await serves[1].buy(tee, 2, { userId: 'bob', key: 'bob-1' });
    expect(ended.body['orderId']).toBe(cancelled.body['orderId']);
    expect(await serves[0].figures(tee)).toMatchObject({ claimed: 2, available: 18, holds: 2, heldUnits: 2 });
    // A hold that the loss overtook cannot become an order any more (I12).
    if (!('hold' in late)) throw new Error(late.kind);
    const outcomes = await acceptOrders(space.pool, [late.hold]);
    expect(outcomes.get(late.hold.reservationId)).toMatchObject({ kind: 'stale' });
    expect(await epochOf(tee)).toBe(epoch + 1);
  });

  it('keeps them over a failover to a replica that lagged behind, and back', async () => {
    await seed(20);
    await limitPerCustomer(tee, 1);
    const lagging = await startOwnRedis();
    const replica = createRedis(
      { url: lagging.url, purpose: 'operator', applicationName: 'ordersctl-test' },
      space.log,
    );
    try {
      const { hostname, port } = new URL(redis.url);
      for (const client of [space.redis, replica])
        await client.config('SET', 'repl-diskless-sync-delay', '0');
      await replica.replicaof(hostname, port);
      const stock = productKeys(space.prefix, tee).stock;
      await waitFor(async () => (await replica.get(stock)) === '20', { what: 'the replica to follow' });
      await replica.replicaof('NO', 'ONE');
      expect((await serves[0].buy(tee, 1, { userId: 'ada' })).status).toBe(202);
      const epoch = await epochOf(tee);

      // The former primary takes over what the replica had, and is promoted again: the same process, an older copy.
      const other = new URL(lagging.url);
      await space.redis.replicaof(other.hostname, other.port);
      await waitFor(async () => (await space.redis.get(stock)) === '20', { what: 'the older copy' });
      for (const serve of serves) expect((await serve.order(tee, 1, { userId: 'bob' })).status).toBe(503);
      expect(await epochOf(tee)).toBe(epoch);
      await space.redis.replicaof('NO', 'ONE');

      const again = await serves[1].buy(tee, 1, { userId: 'ada' });
      expect(again.body['code']).toBe('CUSTOMER_LIMIT');
      expect((await serves[0].buy(tee, 1, { userId: 'bob' })).status).toBe(202);
      expect(await serves[0].figures(tee)).toMatchObject({ claimed: 2, available: 18, holds: 2 });
      expect(await epochOf(tee)).toBe(epoch + 1);
    } finally {
      replica.disconnect();
      await lagging.close();
    }
  });

  it('says nothing from an older copy before that was rebuilt', async () => {
    await seed(20);
    await limitPerCustomer(tee, 1);
    await redis.saveCopy();
    expect((await serves[0].buy(tee, 1, { userId: 'ada' })).status).toBe(202);
    // Somebody else is at it, and takes long.
    await withLoadLock(space.pool, tee, async () => {
      await redis.kill();
      await redis.start();
      await waitFor(async () => (await serves[0].figures(tee)).available === 20, { what: 'the older copy' });
      for (const serve of serves) {
        const code = async () => (await serve.order(tee, 1, { userId: 'ada' })).body['code'];
        await waitFor(async () => (await code()) === 'REBUILDING', { what: 'serve to notice' });
        expect((await serve.order(tee, 1, { userId: 'bob' })).body['code']).toBe('REBUILDING');
      }
      expect((await serves[0].figures(tee)).claimed).toBe(1);
    });
    expect((await serves[0].buy(tee, 1, { userId: 'ada' })).body['code']).toBe('CUSTOMER_LIMIT');
  });

  it('rebuilds also the products that nobody asks for, and those lost while no replica ran', async () => {
    const other = await serves[0].product(5);
    await seed(5);
    const epoch = await epochOf(other);
    await space.redis.flushall();
    expect((await serves[0].buy(tee, 1)).status).toBe(202);
    await untilLoaded(other, epoch + 1);

    for (const serve of serves) await serve.stop();
    await redis.kill();
    await redis.start();
    serves = [await startServe(space), await startServe(space)];
    await untilLoaded(other, epoch + 2);
    expect((await serves[1].buy(other, 1)).status).toBe(202);
  });

  it('rebuilds an older copy that the same server was given back, by the epoch alone', async () => {
    await seed(10);
    const epoch = await epochOf(tee);
    const restore = await copyOf(tee);
    await raiseEpoch(space.pool, tee, epoch, (await findLoads(space.pool, [tee]))[0]?.redisServer ?? null);
    await restore();
    expect((await serves[1].buy(tee, 1)).status).toBe(202);
    expect(await epochOf(tee)).toBeGreaterThanOrEqual(epoch + 2);
  });

  it('finishes the rebuild of a process that died in the middle', async () => {
    await seed(10);
    const epoch = (await raiseEpoch(space.pool, tee, 0, 'x/y')) ?? 0;
    await unload(space.redis, space.prefix, { productId: tee, epoch });
    expect((await serves[0].buy(tee, 1)).status).toBe(202);
    expect(await epochOf(tee)).toBe(epoch + 1);
  });

  it('goes on selling other products while one is being rebuilt', async () => {
    const other = await serves[0].product(10);
    await seed(10);
    const epoch = await epochOf(tee);
    // Somebody else is at it, and takes long.
    await withLoadLock(space.pool, tee, async () => {
      await unload(space.redis, space.prefix, { productId: tee, epoch });
      for (const serve of serves) {
        expect((await serve.order(tee, 1)).body['code']).toBe('REBUILDING');
        expect((await serve.buy(other, 1)).status).toBe(202);
      }
      expect((await serves[0].order(tee, 1)).status).toBe(503);
    });
    expect((await serves[0].buy(tee, 1)).status).toBe(202);
    expect(await epochOf(tee)).toBe(epoch + 1);
  });

  it('only refuses late when nobody can notice the loss: the same server, the same epoch', async () => {
    await seed(60);
    const epoch = await epochOf(tee);
    const restore = await copyOf(tee);
    const away: Answer[] = [];
    const first = await inParallel([...Array(40).keys()], WIDTH, (at) => buy(at, away));
    expect(first.every((answer) => answer.status === 202)).toBe(true);
    await restore();
    expect((await serves[0].figures(tee)).available).toBe(60);
    const second = await inParallel([...Array(60).keys()], WIDTH, (at) => buy(at + 100, away));

    expect(second.filter((answer) => answer.status === 202)).toHaveLength(20);
    expect(second.filter((answer) => answer.body['code'] === 'SOLD_OUT')).toHaveLength(40);
    expect(await serves[0].figures(tee)).toMatchObject({ claimed: 60, orders: 60 });
    expect(await epochOf(tee)).toBe(epoch);
  });

  it('is not disturbed by SCRIPT FLUSH', async () => {
    await seed(100);
    const epoch = await epochOf(tee);
    const away = await sell(100, async () => void (await space.redis.script('FLUSH')));
    expect(away).toEqual([]);
    await expectSoldOutAndClean(100);
    expect(await epochOf(tee)).toBe(epoch);
  });

  /** Everything that Redis holds of a product. @returns puts it back as it was */
  async function copyOf(productId: string): Promise<() => Promise<void>> {
    const names = await space.redis.keys(`${space.prefix}:*{${productId}}*`);
    const copies = await Promise.all(names.map((name) => space.redis.dumpBuffer(name)));
    return async () => {
      const now = await space.redis.keys(`${space.prefix}:*{${productId}}*`);
      await space.redis.unlink(...now);
      for (const [at, name] of names.entries()) {
        await space.redis.restore(name, 0, copies[at] ?? '');
      }
    };
  }
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProduct } from '../../../src/core/catalog/load-product.js';
import { sweepEndings } from '../../../src/core/sweeps/sweep-endings.js';
import { sweepAbandonedHolds } from '../../../src/core/sweeps/sweep-holds.js';
import { sweepRestocks } from '../../../src/core/sweeps/sweep-restocks.js';
import { AppError } from '../../../src/core/errors.js';
import { createPool, type Pool } from '../../../src/core/postgres/create-pool.js';
import { markPublished } from '../../../src/core/postgres/mark-published.js';
import { sqlStateOf } from '../../../src/core/postgres/postgres-errors.js';
import { seedPrices as seedPriceRows } from '../../../src/core/postgres/seed-price-rows.js';
import { seedStock as seedStockRows } from '../../../src/core/postgres/seed-stock-rows.js';
import { requeueOrders } from '../../../src/core/postgres/requeue-orders.js';
import { createRelease } from '../../../src/core/redis/release.js';
import { createReserve, type Reservation } from '../../../src/core/redis/reserve.js';
import { createAcceptBatcher } from '../../../src/server/accept/accept-batcher.js';
import { bodyHashOf } from '../../../src/server/accept/body-hash.js';
import { createTakeOrder, type TakenOrder, type TakeOrder } from '../../../src/server/accept/take-order.js';
import { createShop, type Shop } from '../catalog/shop.js';
import { waitFor } from '../../support/wait-for.js';
import { acceptMany, expectConserved, makeProduct } from './fixture.js';
import { createActors, unreplayed } from './lock-order-actors.js';
import { seededRandom, type Random } from '../../support/seeded-random.js';

const ATTEMPTS = 1_500;
const BUYERS = 40;
/** What the protocol may answer to a buyer here; anything else, and above all a deadlock, fails the test. */
const ANSWERS = ['accepted', 'SOLD_OUT', 'RESERVATION_ENDED', 'KEY_REUSED', 'REBUILDING', 'UNAVAILABLE'];

describe('the lock order', () => {
  let shop: Shop;
  const pools: Pool[] = [];
  /** SQLSTATEs of every statement that failed. */
  const failures: string[] = [];
  beforeAll(async () => {
    shop = await createShop('lock-order');
  });
  afterAll(() => shop.space.close());

  /** A pool that notes how its statements fail, also those whose callers try again. */
  function openPool(name: string): Pool {
    const pool = createPool(
      {
        url: shop.space.databaseUrl,
        applicationName: name,
        max: 4,
        statementTimeoutMs: 20_000,
        lockTimeoutMs: 20_000,
      },
      shop.space.log,
    );
    pools.push(pool);
    return {
      ...pool,
      query: (statement, values) =>
        pool.query<never>(statement, values).catch((error: unknown) => {
          failures.push(sqlStateOf(error) ?? String(error));
          throw error;
        }),
    };
  }

  async function closePools(): Promise<void> {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
  }

  /** What serve does with an order, without its HTTP. */
  function createServe(name: string): TakeOrder {
    const { redis, prefix, log } = shop.space;
    const db = openPool(name);
    const postgres = { fail: () => undefined, whenUp: () => Promise.resolve() };
    return createTakeOrder({
      reserve: createReserve(redis, prefix),
      release: createRelease(redis, prefix),
      batcher: createAcceptBatcher({
        db,
        postgres,
        batchMax: 50,
        offer: () => undefined,
        onBatch: () => undefined,
        log,
      }),
      db,
      redisGuard: { isClosed: () => false, suspect: () => undefined },
      explainNotLoaded: () => Promise.resolve(new AppError('REBUILDING', 'being loaded')),
      log,
    });
  }

  /** Read after the pools are closed: a connection hands its counts in when it ends. */
  async function deadlocks(): Promise<number> {
    const { rows } = await shop.space.pool.query<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    return Number(rows[0]?.deadlocks);
  }

  it('lets no accept, retry, ending, confirmation, refund, review, sweep, seeding or load wait for another in a circle', async () => {
    const { space } = shop;
    const random = seededRandom(4);
    const products = Array.from({ length: 6 }, (_, n) => `product-${n}`);
    for (const productId of products) await shop.open(productId, 60);
    const serves = [createServe('serve-a'), createServe('serve-b')];
    const orders = new Map<string, TakenOrder['order']>();
    const answers: Record<string, number> = {};
    const sent: Reservation[] = [];

    const buy = async (takeOrder: TakeOrder | undefined, wanted: Reservation) => {
      let answer = 'accepted';
      try {
        const { order } = (await takeOrder?.(wanted)) ?? {};
        if (order) orders.set(order.orderId, order);
      } catch (error) {
        answer = error instanceof AppError ? error.code : String(error);
      }
      answers[answer] = (answers[answer] ?? 0) + 1;
    };
    const want = (): Reservation => {
      const productId = random.pick(products);
      const quantity = 1 + random.below(3);
      const userId = `user-${random.below(50)}`;
      const fresh = { reservationId: randomUUID(), productId, userId, quantity };
      const earlier = random.below(3) === 0 && sent.length > 0 ? random.pick(sent.slice(-60)) : undefined;
      // Sometimes the key of an earlier order with another body.
      if (earlier && random.below(4) > 0) return earlier;
      const wanted = earlier ? { ...earlier, productId, quantity } : fresh;
      const reservation = { ...wanted, bodyHash: bodyHashOf(wanted) };
      sent.push(reservation);
      return reservation;
    };

    let selling = true;
    const meanwhile = async (work: (pool: Pool, random: Random) => Promise<unknown>, name: string) => {
      const pool = openPool(name);
      const own = seededRandom(name.length);
      let rounds = 0;
      while (selling) {
        await work(pool, own);
        rounds += 1;
        await new Promise(setImmediate);
      }
      expect(rounds, `rounds of ${name}`).toBeGreaterThan(1);
    };
    const actors = createActors(shop, products, () => [...orders.values()]);
    const others = Object.entries(actors).flatMap(([name, work]) =>
      // Two of each: of one kind they meet in the same rows most often.
      ['a', 'bb'].map((which) => meanwhile(work, `${name}-${which}`)),
    );
    const buyers = Array.from({ length: BUYERS }, async () => {
      for (let n = 0; n < ATTEMPTS / BUYERS; n += 1) {
        const wanted = want();
        // A retry often meets the first try on another replica.
        await Promise.all(serves.slice(random.below(2)).map((takeOrder) => buy(takeOrder, wanted)));
      }
    });
    try {
      await Promise.all(buyers);
    } finally {
      selling = false;
      await Promise.allSettled(others);
      await closePools();
    }
    await Promise.all(others);

    expect(failures).toEqual([]);
    expect(await deadlocks()).toBe(0);
    expect(Object.keys(answers).filter((answer) => !ANSWERS.includes(answer))).toEqual([]);
    expect(answers['accepted']).toBeGreaterThan(ATTEMPTS / 4);
    await expectConserved(space.pool, products);
    await expectOneOrderPerKey();
    // What loads, sweeps and refusals left between the stores is finished by one more sweep; then both agree (I3).
    await Promise.all(products.map((productId) => loadProduct(shop.deps, productId)));
    const own = { ...shop.deps, log: space.log };
    await sweepEndings(own, { olderThanMs: 0, limit: 10_000 });
    await sweepRestocks(own, { olderThanMs: 0, limit: 10_000 });
    await sweepAbandonedHolds(own, { olderThanMs: 0, limit: 10_000 });
    for (const productId of products) {
      expect(await shop.audit(productId)).toMatchObject({ drift: 0, problem: null });
    }
  }, 120_000);

  async function expectOneOrderPerKey(): Promise<void> {
    const { rows } = await shop.space.pool.query(
      `select e.order_id from order_events e group by e.order_id
       having count(*) <> max(e.version) or count(*) filter (where e.type = 'PENDING') <> 1`,
    );
    expect(rows).toEqual([]);
  }

  /** Until `waiting` statements of the database wait for a lock. */
  async function whenBlocked(waiting = 1): Promise<void> {
    const blocked = async () => {
      const { rows } = await shop.space.pool.query<{ n: number }>(
        `select count(*)::integer as n from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0]?.n === waiting;
    };
    await waitFor(blocked, { what: 'a statement to wait for a lock' });
  }

  it('of events is that of the relay, also where a replay puts them back', async () => {
    const pool = openPool('replay');
    const orders = await acceptMany(pool, await makeProduct(pool, 100), 60);
    const orderIds = orders.map(({ orderId }) => orderId);
    const { rows } = await pool.query<{ event_id: string }>(
      'select event_id from order_events where order_id = any($1::uuid[]) order by event_id',
      [orderIds],
    );
    const eventIds = rows.map((row) => row.event_id);
    // A relay in the middle of its batch: it has an event, and goes on to those after it.
    const relay = await pool.connect();
    await relay.query('begin');
    await markPublished(relay, eventIds.slice(20, 21));
    const replayed = requeueOrders(pool, orderIds.map(unreplayed));
    await whenBlocked();
    await markPublished(relay, eventIds.slice(21));
    await relay.query('commit');
    relay.release();
    expect((await replayed).size).toBe(orderIds.length);
    expect(failures).toEqual([]);
    await closePools();
  });

  it('of products is one seeding at a time, whatever makes them and in whatever order', async () => {
    const pool = openPool('seeding');
    const [a, b] = [`a-${randomUUID()}`, `b-${randomUUID()}`];
    const seedUnits = (db: Parameters<typeof seedStockRows>[0], productId: string) =>
      seedStockRows(db, {
        operationId: randomUUID(),
        mode: 'seed',
        rows: [{ productId, quantity: 1 }],
        actor: 'ada',
      });
    const units = await pool.connect();
    await units.query('begin');
    await seedUnits(units, b);
    const price = { amountMinor: 100, currency: 'EUR' };
    const priced = seedPriceRows(
      pool,
      [a, b].map((productId) => ({ productId, price })),
    );
    await whenBlocked();
    await seedUnits(units, a);
    await units.query('commit');
    units.release();
    expect((await priced).map((row) => row.outcome)).toEqual(['created', 'created']);
    expect(failures).toEqual([]);
    await closePools();
  });

  it('is what keeps the count of deadlocks at zero: without it there is one', async () => {
    const before = await deadlocks();
    const [a, b] = [`d-${randomUUID()}`, `d-${randomUUID()}`];
    await shop.open(a, 1);
    await shop.open(b, 1);
    const pool = openPool('no-order');
    const [one, other] = [await pool.connect(), await pool.connect()];
    const lock = 'select 1 from stock where product_id = $1 for update';
    await Promise.all([one.query('begin'), other.query('begin')]);
    await Promise.all([one.query(lock, [a]), other.query(lock, [b])]);
    const results = await Promise.allSettled([one.query(lock, [b]), other.query(lock, [a])]);
    const failed = results.flatMap((result) =>
      result.status === 'rejected' ? [sqlStateOf(result.reason)] : [],
    );
    expect(failed).toEqual(['40P01']);
    for (const client of [one, other]) client.release(true);
    await closePools();
    // A server process tells its figures when it ends, a moment after its connection.
    await waitFor(async () => (await deadlocks()) === before + 1, { what: 'the deadlock to be counted' });
  });
});

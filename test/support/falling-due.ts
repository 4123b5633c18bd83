/** Orders whose deadlines fall within an open sale: the same parts of `serve` and `worker` that meet in the stores. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadProduct } from '../../src/core/catalog/load-product.js';
import { inParallel } from '../../src/core/in-parallel.js';
import { createEndOrder } from '../../src/core/orders/end-order.js';
import { createFinishEnding, openHoldOf } from '../../src/core/orders/finish-ending.js';
import { acceptOrders } from '../../src/core/postgres/accept-orders.js';
import { beginOrders } from '../../src/core/postgres/begin-orders.js';
import { createPool, type Pool } from '../../src/core/postgres/create-pool.js';
import { seedPrices } from '../../src/core/postgres/seed-price-rows.js';
import { seedStock } from '../../src/core/postgres/seed-stock-rows.js';
import { createReserve, type Reserve } from '../../src/core/redis/reserve.js';
import { createAcceptBatcher } from '../../src/server/accept/accept-batcher.js';
import { own } from './owned.js';
import type { Space } from './space.js';

export interface OpenSale {
  readonly productId: string;
  /** Makes orders that wait for their payment. @returns their ids */
  waiting(count: number): Promise<string[]>;
  /**
   * Buyers come as fast as they are served, for so long, while the given orders expire, spread over the same time.
   * @returns orders accepted meanwhile
   */
  sellFor(ms: number, expiring: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

const UNITS = 1_000_000;
const BUYERS = 64;
const AT_ONCE = 200;
/** Connections as the roles have them. */
const SERVE_CONNECTIONS = 2;
const WORKER_CONNECTIONS = 8;

export async function openSale(space: Space): Promise<OpenSale> {
  const productId = 'tee';
  const { redis, prefix, log, databaseUrl: url } = space;
  await seedStock(space.pool, {
    ...{ operationId: randomUUID(), mode: 'seed', actor: 'test' },
    rows: [{ productId, quantity: UNITS }],
  });
  await seedPrices(space.pool, [{ productId, price: { amountMinor: 4_990, currency: 'EUR' } }]);
  await loadProduct({ pool: space.pool, redis, prefix }, productId);
  const serve = createPool({ url, applicationName: 'sale-serve', max: SERVE_CONNECTIONS }, log);
  const worker = createPool({ url, applicationName: 'sale-worker', max: WORKER_CONNECTIONS }, log);
  const reserve = createReserve(redis, prefix);
  const batcher = createAcceptBatcher({
    db: serve,
    postgres: { fail: () => undefined, whenUp: () => Promise.resolve() },
    batchMax: 500,
    offer: () => undefined,
    onBatch: () => undefined,
    log,
  });
  const expire = createExpire(space, worker);

  const sale: OpenSale = {
    productId,
    async waiting(count) {
      const holds = await inParallel(Array.from({ length: count }), AT_ONCE, () => hold(reserve, productId));
      const orderIds: string[] = [];
      for (let at = 0; at < count; at += AT_ONCE) {
        for (const outcome of (await acceptOrders(space.pool, holds.slice(at, at + AT_ONCE))).values()) {
          if (outcome.kind === 'new') orderIds.push(outcome.order.orderId);
        }
      }
      await beginOrders(
        space.pool,
        orderIds.map((orderId) => ({ orderId, deadlineMs: 900_000 })),
      );
      return orderIds;
    },
    async sellFor(ms, expiring) {
      const until = performance.now() + ms;
      let accepted = 0;
      const buyer = async () => {
        while (performance.now() < until) {
          const outcome = await batcher.submit(await hold(reserve, productId));
          if (outcome.kind !== 'new') throw new Error(`not accepted: ${outcome.kind}`);
          if (performance.now() < until) accepted += 1;
        }
      };
      const deadlines = expiring.map((orderId, n) =>
        sleep((n * ms) / expiring.length).then(() => expire(orderId)),
      );
      await Promise.all([...Array.from({ length: BUYERS }, buyer), ...deadlines]);
      return accepted;
    },
    async close() {
      disown();
      await Promise.all([serve.end(), worker.end()]);
    },
  };
  const disown = own('an open sale', () => sale.close());
  return sale;
}

async function hold(reserve: Reserve, productId: string) {
  const reservationId = randomUUID();
  const wish = { reservationId, productId, userId: reservationId, quantity: 1, bodyHash: 'hash' };
  const reserved = await reserve(wish);
  if (reserved.kind !== 'reserved') throw new Error(`not reserved: ${reserved.kind}`);
  return reserved.hold;
}

/** What a worker does at a deadline: decide in Postgres, give back in Redis, each with whatever else falls due. */
function createExpire(space: Space, pool: Pool): (orderId: string) => Promise<void> {
  const { redis, prefix, log } = space;
  const deps = { pool, redis, prefix, log, stats: { count: () => undefined } };
  const end = createEndOrder({ ...deps, relay: { offer: () => undefined } });
  const finishEnding = createFinishEnding(deps);
  return async (orderId) => {
    const ended = await end({ orderId, status: 'EXPIRED', failureCode: 'PAYMENT_EXPIRED' });
    const open = openHoldOf(ended);
    if (open) await finishEnding(open);
  };
}

/** Orders that have expired, and those of them whose unit is back in Redis. */
export async function countExpired(pool: Pool): Promise<{ expired: number; done: number }> {
  const { rows } = await pool.query<{ expired: number; done: number }>(
    `select count(*)::integer as expired, (count(*) filter (where hold_done))::integer as done
     from orders where status = 'EXPIRED'`,
  );
  return rows[0] ?? { expired: 0, done: 0 };
}

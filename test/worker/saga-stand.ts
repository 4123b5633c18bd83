/** Sagas on real stores: a product to sell, orders as `serve` leaves them, and a worker whose parts a test may bend. */
import { randomUUID } from 'node:crypto';
import { expect, type TestContext } from 'vitest';
import { loadProduct } from '../../src/core/catalog/load-product.js';
import type { ConfigKey } from '../../src/core/config/schema.js';
import type { Order, OrderStatus } from '../../src/core/order.js';
import { createPublisher } from '../../src/core/kafka/create-publisher.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { acceptOrders } from '../../src/core/postgres/accept-orders.js';
import type { Pool } from '../../src/core/postgres/create-pool.js';
import { findConservation } from '../../src/core/postgres/find-conservation.js';
import { findUnfinishedEndings } from '../../src/core/postgres/find-unfinished-endings.js';
import { findOrder } from '../../src/core/postgres/find-order.js';
import { seedPrices } from '../../src/core/postgres/seed-price-rows.js';
import { seedStock } from '../../src/core/postgres/seed-stock-rows.js';
import { readTotals } from '../../src/core/redis/read-totals.js';
import { createReserve } from '../../src/core/redis/reserve.js';
import { createTemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import type { ActivityDeps } from '../../src/worker/activities/activity-deps.js';
import { createActivities, type Activities } from '../../src/worker/activities/create-activities.js';
import { createGateway } from '../../src/worker/payments/create-gateway.js';
import { own } from '../support/owned.js';
import { createSpace, type Space } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';
import { startTemporalWorker, type TemporalWorker } from './temporal-worker.js';

export const PRODUCT = 'tee';
export const SEEDED = 100;
/** Units while one order holds one, when it has been confirmed, and when it has given it back. */
export const HELD_ONE = { claimed: 1, held: 1, sold: 0, available: SEEDED - 1, inHolds: 1, openHalves: 0 };
export const SOLD_ONE = { claimed: 1, held: 0, sold: 1, available: SEEDED - 1, inHolds: 0, openHalves: 0 };
export const GIVEN_BACK = { claimed: 0, held: 0, sold: 0, available: SEEDED, inHolds: 0, openHalves: 0 };

export interface SagaStand {
  readonly space: Space;
  /** What was offered to the relay, in order. */
  readonly offered: OutboxRecord[];
  readonly counts: Record<string, number>;
  readonly latencies: number[];
  /** Reserves in Redis and accepts in Postgres. @returns the order id */
  order(options?: { userId?: string; quantity?: number }): Promise<string>;
  /** Reserves in Redis and does no more. */
  hold(reservationId: string): Promise<void>;
  worker(options?: WorkerOptions): Promise<TemporalWorker>;
  row(orderId: string): Promise<Order>;
  waitForStatus(orderId: string, status: OrderStatus): Promise<void>;
  /** Units by every count that there is (I2, I3). */
  units(): Promise<Units>;
  close(): Promise<void>;
}

export interface Units {
  readonly claimed: number;
  readonly held: number;
  readonly sold: number;
  /** In Redis. */
  readonly available: number | null;
  readonly inHolds: number;
  /** Endings whose Redis half is not marked as done. */
  readonly openHalves: number;
}

export interface WorkerOptions {
  readonly settings?: Partial<Record<ConfigKey, string>>;
  readonly deps?: Partial<ActivityDeps>;
  /** Wraps or replaces activities. */
  readonly bend?: (activities: Activities) => Activities;
}

/** One for a single test, closed when that has ended: tests with a stand of their own can run at once. */
export async function openSagaStand(onTestFinished: TestContext['onTestFinished']): Promise<SagaStand> {
  const stand = await createSagaStand('saga');
  onTestFinished(() => stand.close());
  return stand;
}

export async function createSagaStand(name: string): Promise<SagaStand> {
  const space = await createSpace(name);
  const { pool, redis, prefix, log } = space;
  const offered: OutboxRecord[] = [];
  const counts: Record<string, number> = {};
  const latencies: number[] = [];
  const workers: TemporalWorker[] = [];
  const temporal = await createTemporalClient(space.config());
  const publisher = createPublisher(space.config(), log);
  const reserve = createReserve(redis, prefix);
  await seedPrices(pool, [{ productId: PRODUCT, price: { amountMinor: 4_990, currency: 'EUR' } }]);
  await seedStock(pool, {
    operationId: randomUUID(),
    mode: 'seed',
    rows: [{ productId: PRODUCT, quantity: SEEDED }],
    actor: 'test',
  });
  await loadProduct({ pool, redis, prefix }, PRODUCT);

  const stand: SagaStand = {
    space,
    offered,
    counts,
    latencies,
    async hold(reservationId) {
      const wish = { reservationId, productId: PRODUCT, userId: 'gone', quantity: 1, bodyHash: 'hash-1' };
      expect(await reserve(wish)).toMatchObject({ kind: 'reserved' });
    },
    async order({ userId = `buyer-${randomUUID()}`, quantity = 1 } = {}) {
      const wish = {
        reservationId: randomUUID(),
        productId: PRODUCT,
        userId,
        quantity,
        bodyHash: `hash-${quantity}`,
      };
      const reserved = await reserve(wish);
      if (reserved.kind !== 'reserved') throw new Error(`not reserved: ${reserved.kind}`);
      const accepted = (await acceptOrders(pool, [reserved.hold])).get(wish.reservationId);
      if (accepted?.kind !== 'new') throw new Error(`not accepted: ${accepted?.kind}`);
      return accepted.order.orderId;
    },
    async worker({
      settings = {},
      deps = {},
      bend = (activities: Activities) => activities,
    }: WorkerOptions = {}) {
      const config = space.config({ drainDeadline: '1s', ...settings });
      const activities = createActivities({
        pool,
        redis,
        prefix,
        log,
        gateway: createGateway(config, log),
        relay: { offer: (records) => void offered.push(...records) },
        stats: {
          count: (code, _product, n = 1) => (counts[code] = (counts[code] ?? 0) + n),
          observe: (_measure, ms) => void latencies.push(ms),
        },
        sweeps: { config, temporal: temporal.client, publisher, conservation: { show: () => undefined } },
        ...deps,
      });
      const worker = await startTemporalWorker(bend(activities), config);
      workers.push(worker);
      return worker;
    },
    async row(orderId) {
      const order = await findOrder(pool, orderId);
      if (!order) throw new Error(`no order ${orderId}`);
      return order;
    },
    async waitForStatus(orderId, status) {
      await waitFor(async () => (await stand.row(orderId)).status === status, {
        what: `order to be ${status}`,
      });
    },
    async units() {
      const [stock] = await findConservation(pool, [PRODUCT]);
      const totals = await readTotals(redis, prefix, PRODUCT);
      if (!stock) throw new Error('no stock');
      const { claimed, held, sold } = stock;
      const open = await findUnfinishedEndings(pool, { olderThanMs: 0, limit: 1_000 });
      return {
        claimed,
        held,
        sold,
        available: totals.available,
        inHolds: totals.heldUnits,
        openHalves: open.length,
      };
    },
    async close() {
      disown();
      for (const worker of workers) await worker.close();
      await publisher.close();
      await temporal.close();
      await space.close();
    },
  };
  const disown = own('a saga stand', () => stand.close());
  return stand;
}

/**
 * A pool that loses replies: a statement with the given fragment commits, and then its caller is told that the
 * connection broke. @returns the pool and how many replies were lost so far
 */
export function losingReplies(
  pool: Pool,
  fragment: string,
  times: number,
): { pool: Pool; lost: () => number } {
  let lost = 0;
  const query: Pool['query'] = async (given, values) => {
    const result = await pool.query(given, values);
    if ((typeof given === 'string' ? given : given.text).includes(fragment) && lost < times) {
      lost += 1;
      throw new Error('the reply was lost after the commit');
    }
    return result as never;
  };
  return { pool: { ...pool, query }, lost: () => lost };
}

/** What the accept path does when Redis ran the script and the reply never came (I8, I14; fault matrix 1, 2). */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import {
  closeRedis,
  createRedis,
  waitForRedis,
  type OrdersRedis,
} from '../../../src/core/redis/create-redis.js';
import { readTotals } from '../../../src/core/redis/read-totals.js';
import { createReserve, type Reservation } from '../../../src/core/redis/reserve.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { createRedisSpace, type RedisSpace } from './redis-space.js';

/** A busy machine may need longer than a buyer would wait to open a connection again. */
const PATIENCE_MS = 5_000;
/** How much longer than on an idle machine a refusal may take. */
const SLACK = 4;

let space: RedisSpace;
let proxy: TcpProxy;
let orders: OrdersRedis;
let productId: string;

beforeEach(async () => {
  space = createRedisSpace();
  const { hostname, port } = new URL(inject('stack').redisUrl);
  proxy = await createTcpProxy({ host: hostname, port: Number(port) });
  const url = `redis://127.0.0.1:${proxy.port}`;
  orders = createRedis({ url, purpose: 'orders', applicationName: 'test' }, createSilentLog());
  await waitForRedis(orders, 5_000);
  productId = await space.product({ available: 100 });
});
afterEach(async () => {
  await closeRedis(orders);
  await proxy.close();
  await space.close();
});

const totals = () => readTotals(space.redis, space.prefix, productId);
const reservation = (userId = 'ada') => ({
  reservationId: randomUUID(),
  productId,
  userId,
  quantity: 1,
  bodyHash: 'b0',
});

it('asks once more with the same id when a reply is lost, and pays with one unit', async () => {
  const reserve = createReserve(orders, space.prefix, PATIENCE_MS);
  const lost = reservation();
  proxy.loseReplyTo(lost.reservationId);

  const result = await reserve(lost);

  expect(proxy.fired).toBe(1);
  expect(result).toMatchObject({ kind: 'known', hold: { reservationId: lost.reservationId } });
  expect(await totals()).toMatchObject({ available: 99, holds: 1, heldUnits: 1 });
});

it('loses no unit when the replies of a whole pipeline are lost', async () => {
  const reserve = createReserve(orders, space.prefix, PATIENCE_MS);
  const buyers = Array.from({ length: 40 }, (_, buyer) => reservation(`buyer-${buyer}`));
  proxy.loseReplyTo(buyers[20]?.reservationId ?? '');

  const results = await Promise.all(buyers.map(reserve));

  expect(proxy.fired).toBe(1);
  expect(results.filter((result) => result.kind === 'known').length).toBeGreaterThan(0);
  expect(results.every((result) => result.kind === 'reserved' || result.kind === 'known')).toBe(true);
  expect(await totals()).toMatchObject({ available: 60, holds: 40, heldUnits: 40 });
});

it('gives up within 300 ms when Redis is silent, and the same id finds its hold afterwards', async () => {
  const reserve = createReserve(orders, space.prefix);
  const silent = [reservation('ada'), reservation('bob')] as const;
  proxy.hold();
  const refusedAt = (reservation: Reservation) =>
    reserve(reservation).then(
      () => expect.fail('answered'),
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
        return performance.now();
      },
    );
  const began = performance.now();
  const first = refusedAt(silent[0]);
  // Waits behind the stuck pipeline of the first, and must not wait longer for that.
  await new Promise(setImmediate);
  const second = refusedAt(silent[1]);
  expect((await first) - began).toBeLessThan(SLACK * 300);
  expect(Math.abs((await second) - (await first))).toBeLessThan(200);
  expect(proxy.fired).toBeGreaterThan(0);

  proxy.resume();
  expect(await reserve(silent[0])).toMatchObject({ kind: 'known' });
  expect((await reserve(silent[1])).kind).toMatch(/^(reserved|known)$/);
  expect(await totals()).toMatchObject({ available: 98, holds: 2 });
});

it('refuses at once while Redis is away, queueing nothing', async () => {
  const reserve = createReserve(orders, space.prefix);
  await proxy.close();
  await waitFor(() => orders.status !== 'ready', { what: 'the client to notice' });
  const began = performance.now();
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => reserve(reservation())));
  for (const result of results) {
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
  }
  expect(performance.now() - began).toBeLessThan(100);
  expect(orders.autoPipelineQueueSize).toBe(0);
  expect(await totals()).toMatchObject({ available: 100, holds: 0 });
});

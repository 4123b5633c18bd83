import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSilentLog } from '../../../src/core/log.js';
import type { OrderStatus } from '../../../src/core/order.js';
import type { Db } from '../../../src/core/postgres/db.js';
import {
  closeRedis,
  createRedis,
  waitForRedis,
  type OrdersRedis,
} from '../../../src/core/redis/create-redis.js';
import { publishOrderChanges } from '../../../src/core/redis/order-changes.js';
import { followOrderChanges } from '../../../src/server/orders/follow-order-changes.js';
import { createOrderWatch, type OrderWatch } from '../../../src/server/orders/order-watch.js';
import { acceptMany, makeProduct } from '../../core/postgres/fixture.js';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';

/** Never within a test: what is heard here was heard over Redis. */
const NO_POLL_MS = 3_600_000;

interface Replica {
  readonly watch: OrderWatch;
  readonly subscriber: OrdersRedis;
  readonly proxy: TcpProxy;
}

describe('orders that are watched', () => {
  let space: Space;
  let productId: string;
  let replicas: Replica[];
  beforeAll(async () => {
    space = await createSpace('order-watch');
    productId = await makeProduct(space.pool, 10_000);
  });
  afterAll(() => space.close());
  beforeEach(async () => {
    replicas = [await startReplica(), await startReplica()];
  });
  afterEach(async () => {
    for (const { watch, subscriber, proxy } of replicas) {
      await watch.stop();
      await closeRedis(subscriber);
      await proxy.close();
    }
  });

  async function startReplica(db: Db = space.pool): Promise<Replica> {
    const url = new URL(space.config().redisUrl);
    const proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    const log = createSilentLog();
    const subscriber = createRedis({ url: url.href, purpose: 'subscriber', applicationName: 'test' }, log);
    const watch = createOrderWatch({ db, log, pollMs: NO_POLL_MS });
    watch.start();
    followOrderChanges(subscriber, space.prefix, watch, log);
    await waitForRedis(subscriber, 5_000);
    return { watch, subscriber, proxy };
  }

  const placeMany = async (count: number) =>
    (await acceptMany(space.pool, productId, count)).map((order) => order.orderId);

  /** What a worker does: one statement, one announcement. */
  async function move(orderIds: readonly string[], status: OrderStatus): Promise<void> {
    const { rows } = await space.pool.query<{ order_id: string; version: number }>(
      `update orders set status = $2, version = version + 1 where order_id = any($1::uuid[])
       returning order_id, version`,
      [orderIds, status],
    );
    await announce(rows.map((row) => ({ orderId: row.order_id, version: row.version, status })));
  }
  const announce = (changes: Parameters<typeof publishOrderChanges>[2]) =>
    publishOrderChanges(space.redis, space.prefix, changes);

  /** The newest version that each of these orders was heard of with. */
  function listen({ watch }: Replica, orderIds: readonly string[]): Map<string, number> {
    const heard = new Map<string, number>();
    for (const orderId of orderIds) watch.watch(orderId, (order) => heard.set(orderId, order.version));
    return heard;
  }
  const all = (version: number, orderIds: readonly string[]) =>
    new Map(orderIds.map((orderId) => [orderId, version]));
  const whenHeard = (heard: Map<string, number>, version: number, count: number) =>
    waitFor(() => heard.size === count && [...heard.values()].every((one) => one >= version), {
      what: `version ${version} of ${count} orders`,
    });

  it('are heard of on every replica by what another process announces, without any poll', async () => {
    const orderIds = await placeMany(1_200);
    const heard = replicas.map((replica) => listen(replica, orderIds));
    // The subscriptions stand once a probe comes through.
    const [probe = ''] = await placeMany(1);
    const probed = replicas.map((replica) => listen(replica, [probe]));
    await waitFor(
      async () => {
        await announce([{ orderId: probe, version: 1, status: 'PENDING' }]);
        return probed.every((one) => one.size === 1);
      },
      { what: 'both replicas to listen' },
    );
    await move(orderIds, 'PAYMENT_PENDING');
    for (const one of heard) {
      await whenHeard(one, 2, orderIds.length);
      expect(one).toEqual(all(2, orderIds));
    }
  });

  it('are looked at when the link to Redis is back, for what was announced while it was cut', async () => {
    const orderIds = await placeMany(3);
    const [cutOff, other] = replicas as [Replica, Replica];
    const heard = listen(cutOff, orderIds);
    const heardMeanwhile = listen(other, orderIds);
    await waitFor(
      async () => {
        await announce([{ orderId: orderIds[0] ?? '', version: 1, status: 'PENDING' }]);
        return heard.size === 1 && heardMeanwhile.size === 1;
      },
      { what: 'both replicas to listen' },
    );
    cutOff.proxy.cut();
    await waitFor(() => cutOff.subscriber.status !== 'ready' && cutOff.proxy.fired > 0, {
      what: 'the link to be cut',
    });
    await move(orderIds, 'CANCELLED');
    await whenHeard(heardMeanwhile, 2, 3);
    expect([...heard.values()]).toEqual([1]);
    cutOff.proxy.resume();
    await whenHeard(heard, 2, 3);
  });

  it('are read only as long as somebody watches them', async () => {
    const asked = new Set<unknown>();
    const replica = await startReplica({
      query: (statement, values) => {
        const [ids] = typeof statement === 'string' ? [] : (statement.values ?? []);
        for (const id of ids as string[]) asked.add(id);
        return space.pool.query(statement, values);
      },
    });
    replicas.push(replica);
    const orderIds = await placeMany(3);
    const [watched = '', left = ''] = orderIds;
    const heard = listen(replica, [watched]);
    replica.watch.watch(left, () => expect.fail('heard after it was left'))();
    await waitFor(
      async () => {
        await announce(orderIds.map((orderId) => ({ orderId, version: 1, status: 'PENDING' })));
        return heard.size === 1;
      },
      { what: 'the watched one' },
    );
    expect([...asked]).toEqual([watched]);
  });

  it('are heard of in the end although a read fails', async () => {
    let failures = 0;
    const replica = await startReplica({
      query: (statement, values) => {
        if (failures > 2) return space.pool.query(statement, values);
        failures += 1;
        return Promise.reject(new Error('away'));
      },
    });
    replicas.push(replica);
    const orderIds = await placeMany(2);
    const heard = listen(replica, orderIds);
    // As the poll does it.
    await waitFor(
      () => {
        replica.watch.hintAll();
        return heard.size === 2;
      },
      { what: 'both orders' },
    );
    expect(failures).toBe(3);
  });
});

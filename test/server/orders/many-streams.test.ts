import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderStatus } from '../../../src/core/order.js';
import { publishOrderChanges } from '../../../src/core/redis/order-changes.js';
import { createSendProblem } from '../../../src/server/http/problem.js';
import type { Authenticate } from '../../../src/server/identity/authenticate.js';
import { createOrderWatch } from '../../../src/server/orders/order-watch.js';
import { createOrdersApp } from '../../../src/server/orders/orders-app.js';
import { createStreamRegistry } from '../../../src/server/orders/stream-registry.js';
import { acceptMany, acceptOne } from '../../core/postgres/fixture.js';
import { createSpace, type Space } from '../../support/space.js';
import { waitFor } from '../../support/wait-for.js';
import { mintToken, startServe, type ServeSpace } from '../serve-space.js';
import { openStream } from './event-stream.js';

const STREAMS = 1_000;
const PER_USER = 10;

describe('event streams of two replicas', () => {
  let space: Space;
  let replicas: readonly [ServeSpace, ServeSpace];
  let productId: string;
  let epoch: number;
  beforeAll(async () => {
    space = await createSpace('many-streams');
    await space.topics();
    replicas = [await startServe(space), await startServe(space)];
    productId = await replicas[0].product(100_000);
    const { rows } = await space.pool.query<{ epoch: string }>('select epoch from stock');
    epoch = Number(rows[0]?.epoch);
  });
  afterAll(async () => {
    for (const replica of replicas) await replica.stop();
    await space.close();
  });

  /** What a worker does, in a process of its own. */
  async function move(orderIds: readonly string[], status: OrderStatus): Promise<void> {
    const { rows } = await space.pool.query<{ order_id: string; version: number }>(
      `update orders set status = $2, version = version + 1 where order_id = any($1::uuid[])
       returning order_id, version`,
      [orderIds, status],
    );
    const changes = rows.map((row) => ({ orderId: row.order_id, version: row.version, status }));
    await publishOrderChanges(space.redis, space.prefix, changes);
  }

  const openStreams = async (serve: ServeSpace) => {
    const text = await (await fetch(`${serve.admin}/metrics`)).text();
    return Number(/ordersctl_sse_streams\{[^}]*\} (\d+)/.exec(text)?.[1]);
  };

  it('tell the same order on both, and end on both', async () => {
    const { orderId } = await acceptOne(space.pool, productId, { epoch });
    const streams = await Promise.all(
      replicas.map((replica) => openStream(replica, `/orders/${orderId}/events`, 'ann')),
    );
    await Promise.all(streams.map((stream) => stream.event(1)));
    await move([orderId], 'PAYMENT_PENDING');
    await Promise.all(streams.map((stream) => stream.event(2)));
    await move([orderId], 'EXPIRED');
    for (const stream of streams) {
      await stream.ended;
      expect(stream.events().map((event) => [event.event, event.id, event.data.status])).toEqual([
        ['snapshot', 1, 'PENDING'],
        ['change', 2, 'PAYMENT_PENDING'],
        ['change', 3, 'EXPIRED'],
      ]);
    }
  });

  it('end cleanly when their replica drains, and go on at the other after the last version seen', async () => {
    const { orderId } = await acceptOne(space.pool, productId, { epoch });
    const path = `/orders/${orderId}/events`;
    const leaving = await startServe(space);
    const stream = await readStream(leaving, path, 'ann');
    await waitFor(() => stream.ids().length === 1, { what: 'the snapshot' });
    const stopped = leaving.stop();
    await stream.finished;
    await stopped;
    expect(stream.complete()).toBe(true);
    await move([orderId], 'PAYMENT_PENDING');
    const resumed = await openStream(replicas[0], path, 'ann', 1);
    await resumed.event(2);
    await move([orderId], 'CANCELLED');
    await resumed.ended;
    expect(resumed.events().map((event) => event.id)).toEqual([2, 3]);
  });

  it('tell a thousand readers at once of every change, in order, while others of them are asleep', async () => {
    const users = Array.from({ length: STREAMS / PER_USER }, (_, n) => `user-${n}`);
    const orders = (
      await Promise.all(
        users.map(async (userId) =>
          (await acceptMany(space.pool, productId, PER_USER, { userId, epoch })).map((order) => ({
            userId,
            orderId: order.orderId,
          })),
        ),
      )
    ).flat();
    const [serve] = replicas;
    const streams = await Promise.all(
      orders.map(({ userId, orderId }) => readStream(serve, `/orders/${orderId}/events`, userId)),
    );
    expect(await openStreams(serve)).toBe(STREAMS);
    const asleep = streams.filter((_, n) => n % 10 === 0);
    const awake = streams.filter((_, n) => n % 10 !== 0);
    for (const stream of asleep) stream.sleep();
    const orderIds = orders.map(({ orderId }) => orderId);
    const whenAll = (readers: readonly OpenStream[], id: number) =>
      waitFor(() => readers.every((reader) => reader.ids().at(-1) === id), {
        what: `version ${id} at ${readers.length} readers`,
        timeoutMs: 20_000,
      });
    await whenAll(awake, 1);
    const changes: OrderStatus[] = [
      'INVENTORY_RESERVED',
      'PAYMENT_PENDING',
      'PAYMENT_CONFIRMED',
      'CONFIRMED',
    ];
    for (const [n, status] of changes.entries()) {
      await move(orderIds, status);
      await whenAll(awake, n + 2);
    }
    for (const stream of asleep) stream.wake();
    await whenAll(asleep, 5);
    await Promise.all(streams.map((stream) => stream.finished));
    for (const stream of awake) expect(stream.ids()).toEqual([1, 2, 3, 4, 5]);
    for (const stream of streams) expect(stream.complete()).toBe(true);
    await waitFor(async () => (await openStreams(serve)) === 0, { what: 'every place to be given back' });
  }, 60_000);

  it('keep no place for a caller who hung up while the token was checked', async () => {
    const { orderId } = await acceptOne(space.pool, productId, { epoch });
    const log = space.log;
    let asked = 0;
    const letIn: (() => void)[] = [];
    const slowAuthenticate: Authenticate = () =>
      new Promise((resolve) => {
        asked += 1;
        letIn.push(() => resolve('ann'));
      });
    const app = createOrdersApp({
      db: space.pool,
      watch: createOrderWatch({ db: space.pool, log }),
      streams: createStreamRegistry({ maxStreams: 1, maxPerUser: 1 }),
      authenticate: slowAuthenticate,
      sendProblem: createSendProblem(log),
      wakeSaga: () => undefined,
      cancelOrder: () => Promise.reject(new Error('nobody cancels here')),
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const options = {
      port: (server.address() as AddressInfo).port,
      path: `/orders/${orderId}/events`,
      headers: { accept: 'text/event-stream' },
      agent: false,
    };
    const gone = get(options).on('error', () => undefined);
    await waitFor(() => asked === 1, { what: 'the first to be checked' });
    gone.destroy();
    await waitFor(async () => (await countConnections(server)) === 0, { what: 'it to be gone' });
    letIn.shift()?.();
    const second = get(options);
    await waitFor(() => asked === 2, { what: 'the second to be checked' });
    letIn.shift()?.();
    const [answer] = (await once(second, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    answer.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
});

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}

interface OpenStream {
  /** Of all events received so far. */
  ids(): readonly number[];
  sleep(): void;
  wake(): void;
  /** Resolves when the stream has ended, however. */
  readonly finished: Promise<void>;
  /** True when the server ended it in good order. */
  complete(): boolean;
}

/** Lighter than `fetch`, for many at once; can stop reading. */
async function readStream(serve: ServeSpace, path: string, userId: string): Promise<OpenStream> {
  const headers = {
    authorization: `Bearer ${await mintToken({ sub: userId })}`,
    accept: 'text/event-stream',
  };
  const request = get(`${serve.api}${path}`, { headers, agent: new Agent({ keepAlive: false }) });
  const [incoming] = (await once(request, 'response')) as [IncomingMessage];
  expect(incoming.statusCode).toBe(200);
  const ids: number[] = [];
  incoming.setEncoding('utf8').on('data', (text: string) => {
    for (const match of text.matchAll(/^id: (\d+)$/gm)) ids.push(Number(match[1]));
  });
  incoming.on('error', () => undefined);
  return {
    ids: () => ids,
    sleep: () => void incoming.pause(),
    wake: () => void incoming.resume(),
    finished: once(incoming, 'close').then(() => undefined),
    complete: () => incoming.complete,
  };
}

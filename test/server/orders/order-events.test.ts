import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderStatus } from '../../../src/core/order.js';
import { publishOrderChanges } from '../../../src/core/redis/order-changes.js';
import { waitFor } from '../../support/wait-for.js';
import { startServeSpace, type ServeSpace } from '../serve-space.js';
import { openStream } from './event-stream.js';

describe('GET /orders/:id/events as a stream', () => {
  let serve: ServeSpace;
  let productId: string;
  beforeAll(async () => {
    serve = await startServeSpace('events', { sseMaxStreams: '6', sseMaxStreamsPerUser: '2' });
    productId = await serve.product(1_000);
  });
  afterAll(() => serve.close());

  const place = async (userId: string) => (await serve.order(productId, 1, { userId })).body.orderId ?? '';

  /** What another process does: moves the row, then announces it, or forgets to. */
  async function move(orderId: string, status: OrderStatus, announce = true): Promise<number> {
    const { rows } = await serve.space.pool.query<{ version: number }>(
      'update orders set status = $2, version = version + 1, updated_at = now() where order_id = $1 returning version',
      [orderId, status],
    );
    const version = rows[0]?.version ?? 0;
    if (announce)
      await publishOrderChanges(serve.space.redis, serve.space.prefix, [{ orderId, version, status }]);
    return version;
  }

  const whenNoStreamIsOpen = () =>
    waitFor(
      async () =>
        /ordersctl_sse_streams\{[^}]*\} 0/.test(await (await fetch(`${serve.admin}/metrics`)).text()),
      { what: 'all streams to be closed' },
    );

  it('begins with a snapshot, tells each change within a second and ends with the final one', async () => {
    const orderId = await place('ada');
    const stream = await openStream(serve, `/orders/${orderId}/events`, 'ada');
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(stream.headers.get('x-accel-buffering')).toBe('no');
    expect((await stream.event(1)).event).toBe('snapshot');
    expect(stream.text()).toMatch(/^retry: \d+\n\n/);

    const startedAt = performance.now();
    await move(orderId, 'INVENTORY_RESERVED');
    expect(await stream.event(2)).toMatchObject({
      event: 'change',
      data: { status: 'INVENTORY_RESERVED', orderId },
    });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await move(orderId, 'CONFIRMED');
    expect((await stream.event(3)).data.status).toBe('CONFIRMED');
    await stream.ended;
    expect(stream.events().map((event) => event.id)).toEqual([1, 2, 3]);
  });

  it('resumes after the last version seen, and answers 204 when the final one was seen', async () => {
    const orderId = await place('ada');
    const path = `/orders/${orderId}/events`;
    await move(orderId, 'INVENTORY_RESERVED');
    await move(orderId, 'PAYMENT_PENDING');
    const resumed = await openStream(serve, path, 'ada', 1);
    expect(await resumed.event(3)).toMatchObject({ data: { status: 'PAYMENT_PENDING' } });
    resumed.abort();

    const upToDate = await openStream(serve, path, 'ada', 3);
    await move(orderId, 'EXPIRED');
    await upToDate.ended;
    expect(upToDate.events().map((event) => event.id)).toEqual([4]);
    expect((await openStream(serve, path, 'ada', 4)).status).toBe(204);
    expect((await openStream(serve, path, 'ada', 3)).status).toBe(200);
  });

  it('never repeats or goes back, however often and in whatever order changes are announced', async () => {
    const orderId = await place('ada');
    const stream = await openStream(serve, `/orders/${orderId}/events`, 'ada');
    await stream.event(1);
    const { redis, prefix } = serve.space;
    for (const version of [9, 1, 5, 1]) {
      await publishOrderChanges(redis, prefix, [{ orderId, version, status: 'CONFIRMED' }]);
    }
    await move(orderId, 'PAYMENT_PENDING');
    await move(orderId, 'FAILED');
    await stream.ended;
    const ids = stream.events().map((event) => event.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(stream.events().at(-1)).toMatchObject({ id: 3, data: { status: 'FAILED' } });
  });

  it('finds a change that nobody announced by polling', async () => {
    const orderId = await place('ada');
    const stream = await openStream(serve, `/orders/${orderId}/events`, 'ada');
    await stream.event(1);
    await move(orderId, 'CANCELLED', false);
    expect((await stream.event(2)).data.status).toBe('CANCELLED');
    await stream.ended;
  });

  it('refuses the third stream of one customer, and the seventh of all, and gives the places back', async () => {
    await whenNoStreamIsOpen();
    const users = ['u1', 'u1', 'u2', 'u2', 'u3', 'u3'];
    const orders = new Map(
      await Promise.all(['u1', 'u2', 'u3', 'u4'].map(async (user) => [user, await place(user)] as const)),
    );
    const open = (user: string) => openStream(serve, `/orders/${orders.get(user)}/events`, user);
    const first = await Promise.all(users.slice(0, 2).map(open));
    const third = await open('u1');
    expect([third.status, third.headers.get('content-type')]).toEqual([
      429,
      'application/problem+json; charset=utf-8',
    ]);
    const others = await Promise.all(users.slice(2).map(open));
    expect((await open('u4')).status).toBe(503);
    for (const stream of [...first, ...others]) stream.abort();
    await whenNoStreamIsOpen();
    const again = await open('u4');
    expect(again.status).toBe(200);
    again.abort();
  });

  it('keeps no place for a stream that was refused', async () => {
    await whenNoStreamIsOpen();
    const orderId = await place('owner');
    for (let n = 0; n < 10; n += 1) {
      expect((await openStream(serve, `/orders/${orderId}/events`, 'thief')).status).toBe(404);
    }
    const stream = await openStream(serve, `/orders/${orderId}/events`, 'owner');
    expect(stream.status).toBe(200);
    stream.abort();
  });
});

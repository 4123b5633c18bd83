import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSpace, type Space } from '../support/space.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';
import { openStream } from './orders/event-stream.js';
import { startServe, type ServeSpace } from './serve-space.js';

describe('the drain of serve', () => {
  let space: Space;
  let proxy: TcpProxy;
  let serve: ServeSpace;
  beforeAll(async () => {
    space = await createSpace('drain');
    await space.topics();
    const url = new URL(space.databaseUrl);
    proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    serve = await startServe(space, { databaseUrl: url.href, drainDelay: '300ms' });
  });
  afterAll(async () => {
    await serve.close();
    await proxy.close();
  });

  it('is unready at once, finishes the orders in hand, publishes them, ends the streams and closes', async () => {
    const productId = await serve.product(100);
    const watched = await serve.order(productId, 1, { userId: 'ada' });
    const stream = await openStream(serve, `${watched.headers.get('location')}/events`, 'ada');
    await stream.event(1);
    expect((await fetch(`${serve.admin}/readyz`)).status).toBe(200);

    proxy.hold();
    const inHand = Array.from({ length: 20 }, (_, n) => serve.order(productId, 1, { userId: `u${n}` }));
    await waitFor(async () => (await serve.figures(productId)).holds === 21, {
      what: 'the orders to be in hand',
    });
    const ended = serve.lifecycle.end();
    expect((await fetch(`${serve.admin}/readyz`)).status).toBe(503);
    const late = serve.order(productId, 1, { userId: 'late' });
    await waitFor(async () => (await serve.figures(productId)).holds === 22, {
      what: 'a late order to be in hand',
    });
    await waitFor(() => isRefused(serve.server.apiPort), { what: 'new connections to be refused' });
    await stream.ended;
    proxy.resume();

    const answers = await Promise.all([...inHand, late]);
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
    await ended;
    const { rows } = await space.pool.query<{ orders: number; unpublished: number }>(
      `select count(*)::integer as orders, count(*) filter (where published_at is null)::integer as unpublished
       from orders join order_events using (order_id) where product_id = $1`,
      [productId],
    );
    expect(rows).toEqual([{ orders: 22, unpublished: 0 }]);
    expect(await serve.figures(productId)).toMatchObject({
      claimed: 22,
      orders: 22,
      holds: 22,
      available: 78,
    });
    await expect(fetch(`${serve.admin}/livez`)).rejects.toThrow();
  });
});

function isRefused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', () => resolve(true));
  });
}

import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { mintToken, startServe, type ServeSpace } from '../serve-space.js';

describe('callers who hang up', () => {
  let space: Space;
  let postgres: TcpProxy;
  let serve: ServeSpace;
  beforeAll(async () => {
    space = await createSpace('hang-up');
    await space.topics();
    const url = new URL(space.databaseUrl);
    postgres = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(postgres.port);
    serve = await startServe(space, { databaseUrl: url.href });
  });
  afterAll(async () => {
    await serve.close();
    await postgres.close();
  });

  interface Wanted {
    readonly productId: string;
    readonly userId: string;
    readonly key: string;
  }
  const buyers = (count: number, productId: string): Wanted[] =>
    Array.from({ length: count }, (_, n) => ({ productId, userId: `u${n}`, key: randomUUID() }));
  const retry = ({ productId, userId, key }: Wanted) => serve.buy(productId, 1, { userId, key });

  /** @param bytes of the request that are sent; all of them when left out */
  async function send(wanted: Wanted, bytes = Infinity): Promise<Socket> {
    const body = JSON.stringify({ productId: wanted.productId, quantity: 1 });
    const head = [
      'POST /orders HTTP/1.1',
      'Host: x',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      `Idempotency-Key: ${wanted.key}`,
      `Authorization: Bearer ${await mintToken({ sub: wanted.userId })}`,
    ];
    const text = `${head.join('\r\n')}\r\n\r\n${body}`;
    const socket = connect(serve.server.apiPort, '127.0.0.1');
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => socket.write(text.slice(0, bytes), () => resolve()));
    return socket;
  }

  async function gauge(name: string): Promise<number> {
    const text = await (await fetch(`${serve.admin}/metrics`)).text();
    return Number(new RegExp(`^ordersctl_${name}(?:\\{[^}]*\\})? (\\d+)$`, 'm').exec(text)?.[1] ?? NaN);
  }
  /** @param kept connections that the retrying client keeps open for its next requests */
  const allFreed = (kept: number) =>
    waitFor(async () => (await gauge('accept_in_flight')) === 0 && (await gauge('connections')) <= kept, {
      what: 'every place and connection to be freed',
    });

  it('take nothing while their request is not complete', async () => {
    const productId = await serve.product(10);
    const sockets = await Promise.all(buyers(10, productId).map((buyer, n) => send(buyer, -1 - n)));
    await waitFor(async () => (await gauge('connections')) === 10, { what: 'the server to have them' });
    for (const socket of sockets) socket.destroy();
    await allFreed(0);
    expect(await serve.figures(productId)).toMatchObject({ claimed: 0, orders: 0, holds: 0, available: 10 });
  });

  it('after the hold have their order finished, and get it when they come again', async () => {
    const productId = await serve.product(20);
    const crowd = buyers(20, productId);
    const fired = postgres.fired;
    postgres.hold();
    const sockets = await Promise.all(crowd.map((buyer) => send(buyer)));
    await waitFor(async () => (await serve.figures(productId)).holds === 20, { what: 'twenty holds' });
    for (const socket of sockets) socket.destroy();
    await waitFor(async () => (await gauge('connections')) === 0, { what: 'the server to see them gone' });
    postgres.resume();
    expect(postgres.fired).toBeGreaterThan(fired);
    await waitFor(async () => (await serve.figures(productId)).orders === 20, { what: 'twenty orders' });
    const answers = await Promise.all(crowd.map(retry));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(20);
    expect(await serve.figures(productId)).toMatchObject({
      claimed: 20,
      orders: 20,
      holds: 20,
      available: 0,
    });
    await allFreed(20);
  });

  it('at any moment of a flood, and come again with their key, get one order each', async () => {
    const productId = await serve.product(150);
    const crowd = buyers(300, productId);
    let turn = 0;
    const turns = (count: number) =>
      Array.from({ length: count }).reduce<Promise<void>>(
        (before) => before.then(() => new Promise((resolve) => setImmediate(resolve))),
        Promise.resolve(),
      );
    const answers = await Promise.all(
      crowd.map(async (buyer) => {
        for (let times = 0; times < 2; times += 1) {
          const socket = await send(buyer);
          // From before the request is read until long after it was answered.
          await turns((turn += 7) % 60);
          socket.destroy();
        }
        return retry(buyer);
      }),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted.length).toBe(150);
    expect(new Set(accepted.map(({ body }) => body.orderId)).size).toBe(150);
    expect(await serve.figures(productId)).toEqual({
      claimed: 150,
      orders: 150,
      available: 0,
      holds: 150,
      heldUnits: 150,
    });
    await allFreed(200);
  }, 60_000);
});

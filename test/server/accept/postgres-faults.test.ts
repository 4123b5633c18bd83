import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSpace, type Space } from '../../support/space.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { startServe, type ServeSpace } from '../serve-space.js';

describe('with a Postgres that fails', () => {
  let space: Space;
  let proxy: TcpProxy;
  let serve: ServeSpace;
  beforeAll(async () => {
    space = await createSpace('pg-faults');
    await space.topics();
    const url = new URL(space.databaseUrl);
    proxy = await createTcpProxy({ host: url.hostname, port: Number(url.port) });
    url.port = String(proxy.port);
    serve = await startServe(space, { databaseUrl: url.href, acceptQueueMax: '40' });
  });
  afterAll(async () => {
    await serve.close();
    await proxy.close();
  });

  it('finds out by itself what became of a batch whose reply was lost', async () => {
    const productId = await serve.product(10);
    await serve.order(productId, 1);
    const before = proxy.fired;
    proxy.loseReplyTo('accept_orders');
    const answer = await serve.order(productId, 1);
    expect(proxy.fired - before).toBe(1);
    expect(answer.status).toBe(202);
    expect(await serve.figures(productId)).toMatchObject({ claimed: 2, orders: 2, holds: 2, available: 8 });
  });

  it('gives the right ids after the reply of a committed batch was lost, one order each', async () => {
    const productId = await serve.product(100);
    await serve.order(productId, 1, { key: 'warm' });
    const before = proxy.fired;
    proxy.loseReplyTo('accept_orders');
    const keys = Array.from({ length: 20 }, () => randomUUID());
    // Those that come while the first failed batch is in doubt are refused, and try again with their key.
    const answers = await Promise.all(
      keys.map((key) =>
        waitFor(
          async () => {
            const answer = await serve.order(productId, 1, { key });
            return answer.status === 202 && answer;
          },
          { what: 'the order to be taken' },
        ),
      ),
    );

    expect(proxy.fired - before).toBe(1);
    expect(new Set(answers.map((answer) => answer.body.orderId)).size).toBe(20);
    for (const answer of answers) {
      const location = answer.headers.get('location') ?? '';
      expect((await serve.get(location, 'ada')).body).toMatchObject({
        orderId: answer.body.orderId,
        quantity: 1,
      });
    }
    expect(await serve.figures(productId)).toEqual({
      claimed: 21,
      orders: 21,
      available: 79,
      holds: 21,
      heldUnits: 21,
    });
  });

  it('refuses what does not fit the queue before anything is held, and takes all that was let in', async () => {
    const productId = await serve.product(100);
    proxy.hold();
    const waiting = Array.from({ length: 40 }, () => serve.order(productId, 1, { key: randomUUID() }));
    await waitFor(async () => (await serve.figures(productId)).holds === 40, { what: '40 holds' });
    const refused = await Promise.all(Array.from({ length: 60 }, () => serve.order(productId, 1)));
    expect(new Set(refused.map((answer) => answer.status))).toEqual(new Set([503]));
    expect(new Set(refused.map((answer) => answer.body.code))).toEqual(new Set(['OVERLOADED']));
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await serve.figures(productId)).toMatchObject({ holds: 40, available: 60 });

    proxy.resume();
    const answers = await Promise.all(waiting);
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
    expect(await serve.figures(productId)).toMatchObject({
      claimed: 40,
      orders: 40,
      holds: 40,
      available: 60,
    });
  });

  it('stops taking holds when Postgres fails over, keeps the holds it has, and goes on by itself', async () => {
    const productId = await serve.product(100);
    const key = randomUUID();
    await setReadOnly(true);
    const first = await serve.order(productId, 1, { key });
    expect(first.body).toMatchObject({ status: 503, code: 'UNAVAILABLE', retryable: true });
    expect(JSON.stringify(first.body)).not.toMatch(/postgres|127\.0\.0\.1/i);

    const meanwhile = await Promise.all(Array.from({ length: 20 }, () => serve.order(productId, 1)));
    expect(new Set(meanwhile.map((answer) => answer.body.code))).toEqual(new Set(['UNAVAILABLE']));
    expect(await serve.figures(productId)).toMatchObject({ claimed: 0, orders: 0, holds: 1, available: 99 });

    await setReadOnly(false);
    const again = await waitFor(
      async () => {
        const answer = await serve.order(productId, 1, { key });
        return answer.status === 202 && answer;
      },
      { what: 'the same key to be taken' },
    );
    expect(await serve.figures(productId)).toMatchObject({ claimed: 1, orders: 1, holds: 1, available: 99 });
    expect((await serve.get(`/orders/${again.body.orderId}`, 'ada')).status).toBe(200);
  }, 30_000);

  it('goes on selling other products while the stock row of one is locked', async () => {
    const [locked, free] = [await serve.product(10), await serve.product(10)];
    const client = await space.pool.connect();
    await client.query('begin');
    await client.query('select 1 from stock where product_id = $1 for update', [locked]);
    try {
      const answers = await Promise.all([
        serve.order(locked, 1),
        ...Array.from({ length: 5 }, () => serve.order(free, 1)),
      ]);
      expect(answers.map((answer) => answer.status)).toEqual([503, 202, 202, 202, 202, 202]);
      expect((await serve.order(locked, 1)).body.code).toBe('OVERLOADED');
      expect(await serve.figures(locked)).toMatchObject({ claimed: 0, holds: 1, available: 9 });
    } finally {
      await client.query('rollback');
      client.release();
    }
    await waitFor(async () => (await serve.order(locked, 1)).status === 202, {
      what: 'the product to sell again',
    });
  });

  async function endConnectionsOf(application: string): Promise<void> {
    await space.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = $1`,
      [application],
    );
  }

  /** As in the middle of a failover: new connections reach a server that takes no writes. */
  async function setReadOnly(readOnly: boolean): Promise<void> {
    const database = new URL(space.databaseUrl).pathname.slice(1);
    await space.pool.query(`alter database ${database} set default_transaction_read_only = ${readOnly}`);
    await endConnectionsOf('ordersctl-serve');
  }
});

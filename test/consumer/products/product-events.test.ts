import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startConsumer, type RunningConsumer } from '../../../src/consumer/start-consumer.js';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import { groupOffsets } from '../../../src/core/kafka/kafka-admin.js';
import type { Publisher } from '../../../src/core/kafka/port.js';
import { createLifecycle, type Lifecycle } from '../../../src/core/lifecycle.js';
import { PRODUCTS_GROUP, scopedName, TOPICS } from '../../../src/core/names.js';
import { own } from '../../support/owned.js';
import { readTopic } from '../../support/read-topic.js';
import { createTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { waitFor } from '../../support/wait-for.js';
import { startServeSpace, type ServeSpace } from '../../server/serve-space.js';

const SOURCE = { topic: TOPICS.products, group: PRODUCTS_GROUP };

describe('the consume role on product.events', () => {
  let serve: ServeSpace;
  let publisher: Publisher;
  let stores: { redis: TcpProxy; postgres: TcpProxy };
  const running: Lifecycle[] = [];

  beforeAll(async () => {
    serve = await startServeSpace('product-topic');
    publisher = createPublisher(serve.space.config(), serve.space.log);
    const toProxy = (url: string) => {
      const { hostname, port } = new URL(url);
      return createTcpProxy({ host: hostname, port: Number(port) });
    };
    stores = {
      redis: await toProxy(inject('stack').redisUrl),
      postgres: await toProxy(serve.space.databaseUrl),
    };
  });
  afterEach(async () => {
    for (const proxy of Object.values(stores)) proxy.resume();
    await Promise.all(running.splice(0).map((lifecycle) => lifecycle.end()));
  });
  afterAll(async () => {
    await Promise.all(Object.values(stores).map((proxy) => proxy.close()));
    await publisher.close();
    await serve.close();
  });

  /** Its Redis and Postgres are reached through the proxies. */
  const start = async (overrides = {}): Promise<RunningConsumer> => {
    const { log } = serve.space;
    const lifecycle = createLifecycle({ log, deadlineMs: 15_000 });
    const disown = own('a consumer', () => lifecycle.end());
    running.push(lifecycle);
    void lifecycle.ended.finally(disown);
    const through = (url: string, proxy: TcpProxy) => {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(proxy.port);
      return changed.href;
    };
    const config = serve.space.config({
      redisUrl: through(inject('stack').redisUrl, stores.redis),
      databaseUrl: through(serve.space.databaseUrl, stores.postgres),
      ...overrides,
    });
    return startConsumer({ config, log, lifecycle });
  };
  const message = (productId: string, fields: Record<string, unknown>) => ({
    productId,
    eventType: 'PRICE_UPDATED',
    price: '49.90',
    occurredAt: new Date().toISOString(),
    ...fields,
  });
  const send = (productId: string, value: unknown) =>
    publisher.publishBatch([
      {
        topic: TOPICS.products,
        key: productId,
        value: typeof value === 'string' ? value : JSON.stringify(value),
        headers: { traceparent: '00-ab-cd-01' },
      },
    ]);
  const buy = async (productId: string) => {
    const { status, body } = await serve.order(productId, 1);
    return status === 202 ? body['unitPrice'] : `${status} ${String(body['code'])}`;
  };
  const eventually = (productId: string, what: unknown) =>
    waitFor(async () => JSON.stringify(await buy(productId)) === JSON.stringify(what), {
      timeoutMs: 20_000,
      what: `${productId} to be answered with ${JSON.stringify(what)}`,
    });
  const eur = (amountMinor: number) => ({ amountMinor, currency: 'EUR' });
  const lag = async () =>
    (await groupOffsets(serve.space.config(), SOURCE)).reduce((sum, partition) => sum + partition.lag, 0);

  it('changes prices, stops and begins sales, and makes a product that is new', async () => {
    await start({ currency: 'EUR' });
    const [productId, fresh] = [await serve.product(100), `new-${randomUUID()}`];
    expect(await buy(productId)).toEqual(eur(4_990));
    await send(productId, message(productId, { price: 59.9 }));
    await eventually(productId, eur(5_990));
    await send(productId, message(productId, { eventType: 'DEACTIVATED', active: false }));
    await eventually(productId, '410 SALE_CLOSED');
    await send(productId, message(productId, { eventType: 'CREATED', price: '69.90 EUR', active: true }));
    await eventually(productId, eur(6_990));
    await send(fresh, message(fresh, { eventType: 'CREATED', name: 'Mug', price: '9.90' }));
    await waitFor(
      async () =>
        (
          await serve.space.pool.query(
            `select from products where product_id = $1 and name = 'Mug' and price_minor = 990 and currency = 'EUR'`,
            [fresh],
          )
        ).rowCount === 1,
      { what: 'the new product' },
    );
    await waitFor(async () => (await lag()) === 0, { what: 'the offsets to be committed' });
  });

  it('puts what is no event, or no exact money, with the dead letters, and goes on', async () => {
    const { adminPort } = await start();
    const productId = await serve.product(100);
    const inexact = JSON.stringify(message(productId, { price: 0 })).replace(
      ':0,',
      ':59.900000000000000001,',
    );
    await send(productId, 'not json');
    await send(productId, message(productId, { eventType: 'RENAMED' }));
    await send(productId, inexact);
    await send(productId, message(productId, { price: '79.90' }));
    await eventually(productId, eur(7_990));

    const { prefix } = serve.space;
    const reader = await readTopic(
      { prefix, brokers: serve.space.config().kafkaBrokers },
      TOPICS.deadLetters,
    );
    try {
      await waitFor(() => reader.messages.length >= 3, { what: 'the dead letters' });
      const letters = reader.messages.filter(({ key }) => key === productId);
      expect(letters.map(({ headers }) => headers['ordersctl-reason'])).toEqual([
        'NOT_JSON',
        'INVALID',
        'INVALID',
      ]);
      expect(letters[2]?.value).toBe(inexact);
      for (const { headers } of letters) {
        expect(headers).toMatchObject({
          'ordersctl-source-topic': scopedName(prefix, TOPICS.products),
          traceparent: '00-ab-cd-01',
        });
      }
      expect(letters[2]?.headers['ordersctl-detail']).toMatch(/more decimals than EUR/);
    } finally {
      await reader.close();
    }
    const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    expect(metrics).toContain('ordersctl_events_total{code="dead_lettered",role="consume"} 3');
    expect(metrics).toContain('ordersctl_product_events_waiting_partitions{role="consume"} 0');
  });

  it.each(['redis', 'postgres'] as const)(
    'waits while %s is away, says so, and skips nothing',
    async (name) => {
      const { adminPort } = await start();
      const productId = await serve.product(100);
      await send(productId, message(productId, { price: '59.90' }));
      await eventually(productId, eur(5_990));
      const firedBefore = stores[name].fired;
      stores[name].cut();
      await send(productId, message(productId, { price: '69.90' }));
      await send(productId, message(productId, { eventType: 'DEACTIVATED' }));
      const readiness = async () =>
        JSON.stringify(await (await fetch(`http://127.0.0.1:${adminPort}/readyz?verbose`)).json());
      await waitFor(async () => /partition \d+: [^"]*not/.test(await readiness()), {
        timeoutMs: 20_000,
        what: 'the partition to wait, and say so',
      });
      expect(stores[name].fired).toBeGreaterThan(firedBefore);
      expect(await lag()).toBeGreaterThan(0);
      expect(await buy(productId)).toEqual(eur(5_990));
      stores[name].resume();
      await eventually(productId, '410 SALE_CLOSED');
      await waitFor(async () => (await lag()) === 0, { what: 'the offsets to be committed' });
    },
  );

  it('leaves events of a newer version to a newer consumer', async () => {
    const { adminPort } = await start();
    const productId = await serve.product(10);
    await send(productId, { ...message(productId, { price: '1.00' }), schemaVersion: 2 });
    await waitFor(
      async () =>
        (await (await fetch(`http://127.0.0.1:${adminPort}/readyz?verbose`)).text()).includes(
          'newer consumer',
        ),
      { timeoutMs: 20_000, what: 'the partition to wait' },
    );
    expect(await lag()).toBe(1);
    expect(await buy(productId)).toEqual(eur(4_990));
  });
});

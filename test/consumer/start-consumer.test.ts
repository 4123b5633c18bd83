import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSilentLog } from '../../src/core/log.js';
import { TOPICS } from '../../src/core/names.js';
import { createRedis } from '../../src/core/redis/create-redis.js';
import { subscribeOrderChanges, type OrderChange } from '../../src/core/redis/order-changes.js';
import { readTopic } from '../support/read-topic.js';
import type { Space } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';
import { createConsumeStand, type ConsumeStand } from './consume-stand.js';

describe('the consume role', () => {
  let stand: ConsumeStand;
  let space: Space;

  beforeAll(async () => {
    stand = await createConsumeStand('consume');
    space = stand.space;
  });
  afterEach(() => stand.endAll());
  afterAll(() => stand.close());

  const get = (port: number, path: string) => fetch(`http://127.0.0.1:${port}${path}`);

  it('turns reservations into running sagas, tracking events, stream hints and figures', async () => {
    const subscriber = createRedis(
      { url: space.config().redisUrl, purpose: 'subscriber', applicationName: 'test' },
      createSilentLog(),
    );
    const changes: OrderChange[] = [];
    await subscribeOrderChanges(subscriber, space.prefix, (seen) => changes.push(...seen));
    const records = await stand.accept(25);
    await stand.publish(records);

    const role = await stand.start();
    await stand.waitForAll(records);
    await waitFor(() => changes.length === 25, { what: 'the stream hints' });
    expect(changes[0]).toMatchObject({ version: 2, status: 'PENDING' });
    expect((await get(role.adminPort, '/readyz')).status).toBe(200);
    const metrics = await (await get(role.adminPort, '/metrics')).text();
    expect(metrics).toContain('ordersctl_events_total{code="started",role="consume"} 25');
    expect(metrics).toContain('ordersctl_consumer_waiting_partitions{role="consume"} 0');
    await role.end();
    subscriber.disconnect();

    const reader = await readTopic(
      { prefix: space.prefix, brokers: space.config().kafkaBrokers },
      TOPICS.created,
    );
    await waitFor(() => reader.messages.length >= 25, { what: 'the tracking events' });
    await reader.close();
    const { rows } = await space.pool.query<{ started: string; product: string }>(
      `select sum((counts->>'started')::int) as started, min(product_id) as product
       from role_stats where role = 'consume' and counts ? 'started'`,
    );
    expect(rows).toEqual([{ started: '25', product: 'tee' }]);
  });

  it('takes up after a restart what came while it was gone, and starts nothing twice', async () => {
    const before = await stand.accept(10);
    await stand.publish(before);
    const first = await stand.start();
    await stand.waitForAll(before);
    const firstRuns = await stand.runIds(before);
    await first.end();

    const meanwhile = await stand.accept(10);
    await stand.publish([...before, ...meanwhile]);
    const second = await stand.start();
    await stand.waitForAll(meanwhile);
    expect(await stand.runIds(before)).toEqual(firstRuns);
    const { rows } = await space.pool.query<{ count: string }>(
      `select count(*) from order_events where order_id = any($1) and version = 2`,
      [before.map((record) => record.orderId)],
    );
    expect(rows).toEqual([{ count: '10' }]);
    await second.end();
  });

  it('is unready while it drains', async () => {
    const role = await stand.start();
    await waitFor(async () => (await get(role.adminPort, '/readyz')).status === 200, { what: 'readiness' });
    const ending = role.end();
    const answer = await get(role.adminPort, '/readyz?verbose').catch(() => undefined);
    if (answer) expect(await answer.json()).toMatchObject({ role: 'consume', ready: false, draining: true });
    await ending;
  });

  it.each([
    ['PostgreSQL', { databaseUrl: 'postgres://nobody@127.0.0.1:1/none' }],
    ['Kafka', { kafkaBrokers: '127.0.0.1:1' }],
    ['Temporal', { temporalAddress: '127.0.0.1:1' }],
  ])('does not start without %s, and says what to do', async (_name, overrides) => {
    await expect(stand.start(overrides)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.any(String) as string,
    });
  });
});

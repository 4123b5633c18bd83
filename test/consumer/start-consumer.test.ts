import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startConsumer, type RunningConsumer } from '../../src/consumer/start-consumer.js';
import { toKafkaRecords } from '../../src/core/kafka/events.js';
import { createPublisher } from '../../src/core/kafka/create-publisher.js';
import { groupOffsets } from '../../src/core/kafka/kafka-admin.js';
import type { Publisher } from '../../src/core/kafka/port.js';
import { createLifecycle, type Lifecycle } from '../../src/core/lifecycle.js';
import { createSilentLog } from '../../src/core/log.js';
import { TOPICS, workflowIdOf } from '../../src/core/names.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { createRedis } from '../../src/core/redis/create-redis.js';
import { subscribeOrderChanges, type OrderChange } from '../../src/core/redis/order-changes.js';
import { createTemporalClient, type TemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import { acceptSome } from '../support/accepted-orders.js';
import { own } from '../support/owned.js';
import { readTopic } from '../support/read-topic.js';
import { createSpace, type Space } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';

describe('the consume role', () => {
  let space: Space;
  let publisher: Publisher;
  let temporal: TemporalClient;
  const started = new Set<string>();
  const running: Lifecycle[] = [];

  beforeAll(async () => {
    space = await createSpace('consume');
    await space.topics();
    publisher = createPublisher(space.config(), createSilentLog());
    temporal = await createTemporalClient(space.config());
  });
  afterAll(async () => {
    await Promise.all(
      [...started].map((orderId) =>
        temporal.client.workflow
          .getHandle(workflowIdOf(orderId))
          .terminate('test over')
          .catch(() => undefined),
      ),
    );
    await temporal.close();
    await publisher.close();
    await space.close();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((lifecycle) => lifecycle.end()));
  });

  const start = async (overrides = {}): Promise<RunningConsumer & { end(): Promise<void> }> => {
    const log = createSilentLog();
    const lifecycle = createLifecycle({ log, deadlineMs: 15_000 });
    const disown = own('a consumer', () => lifecycle.end());
    running.push(lifecycle);
    void lifecycle.ended.finally(disown);
    const role = await startConsumer({ config: space.config(overrides), log, lifecycle });
    return { ...role, end: () => lifecycle.end() };
  };
  const publish = async (records: readonly OutboxRecord[]) => {
    for (const record of records) started.add(record.orderId);
    await publisher.publishBatch(records.flatMap(toKafkaRecords));
  };
  const isRunning = async (orderId: string) => {
    const found = await temporal.client.workflow
      .getHandle(workflowIdOf(orderId))
      .describe()
      .catch(() => undefined);
    return found?.status.name === 'RUNNING';
  };
  const allRunning = async (records: readonly OutboxRecord[]) =>
    (await Promise.all(records.map((record) => isRunning(record.orderId)))).every(Boolean);
  const runIdsOf = (records: readonly OutboxRecord[]) =>
    Promise.all(
      records.map(
        async ({ orderId }) =>
          (await temporal.client.workflow.getHandle(workflowIdOf(orderId)).describe()).runId,
      ),
    );
  const noLag = async () => (await groupOffsets(space.config())).every((partition) => partition.lag === 0);
  const get = (port: number, path: string) => fetch(`http://127.0.0.1:${port}${path}`);

  it('turns reservations into running sagas, tracking events, stream hints and figures', async () => {
    const subscriber = createRedis(
      { url: space.config().redisUrl, purpose: 'subscriber', applicationName: 'test' },
      createSilentLog(),
    );
    const changes: OrderChange[] = [];
    await subscribeOrderChanges(subscriber, space.prefix, (seen) => changes.push(...seen));
    const records = await acceptSome(space.pool, 25);
    await publish(records);

    const role = await start();
    await waitFor(() => allRunning(records), { what: 'all sagas to run' });
    await waitFor(noLag, { what: 'the offsets to be committed' });
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
    const before = await acceptSome(space.pool, 10);
    await publish(before);
    const first = await start();
    await waitFor(async () => (await allRunning(before)) && (await noLag()), { what: 'the first orders' });
    const firstRuns = await runIdsOf(before);
    await first.end();

    const meanwhile = await acceptSome(space.pool, 10);
    await publish([...before, ...meanwhile]);
    const second = await start();
    await waitFor(async () => (await allRunning(meanwhile)) && (await noLag()), {
      what: 'the orders meanwhile',
    });
    expect(await runIdsOf(before)).toEqual(firstRuns);
    const { rows } = await space.pool.query<{ count: string }>(
      `select count(*) from order_events where order_id = any($1) and version = 2`,
      [before.map((record) => record.orderId)],
    );
    expect(rows).toEqual([{ count: '10' }]);
    await second.end();
  });

  it('is unready while it drains', async () => {
    const role = await start();
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
    await expect(start(overrides)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      hint: expect.any(String) as string,
    });
  });
});

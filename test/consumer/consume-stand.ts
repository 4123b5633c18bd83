/** The consume role on real servers, orders for it, and a look at the sagas it has started. */
import { startConsumer, type RunningConsumer } from '../../src/consumer/start-consumer.js';
import type { ConfigKey } from '../../src/core/config/schema.js';
import { createPublisher } from '../../src/core/kafka/create-publisher.js';
import { toKafkaRecords } from '../../src/core/kafka/events.js';
import { groupOffsets } from '../../src/core/kafka/kafka-admin.js';
import type { Publisher } from '../../src/core/kafka/port.js';
import { createLifecycle, type Lifecycle } from '../../src/core/lifecycle.js';
import { createSilentLog } from '../../src/core/log.js';
import { workflowIdOf } from '../../src/core/names.js';
import type { OutboxRecord } from '../../src/core/outbox/record.js';
import { markPublished } from '../../src/core/postgres/mark-published.js';
import { createTemporalClient, type TemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import { acceptSome } from '../support/accepted-orders.js';
import { own } from '../support/owned.js';
import { createSpace, type Space } from '../support/space.js';
import { terminateSagas } from '../support/terminate-sagas.js';
import { waitFor } from '../support/wait-for.js';

export interface Consuming extends RunningConsumer {
  /** As SIGTERM does. */
  end(): Promise<void>;
  /** How often this replica counted what, such as `started` and `skipped`. */
  counts(): Promise<Readonly<Record<string, number>>>;
  metric(name: string): Promise<number>;
}

export interface ConsumeStand {
  readonly space: Space;
  readonly publisher: Publisher;
  readonly temporal: TemporalClient;
  start(overrides?: Partial<Record<ConfigKey, string>>): Promise<Consuming>;
  /** Accepts orders, as serve leaves them, without publishing. */
  accept(count: number): Promise<OutboxRecord[]>;
  publish(records: readonly OutboxRecord[]): Promise<void>;
  /** Run id of each order's saga, whatever became of it; undefined for one that never began. */
  runIds(records: readonly OutboxRecord[]): Promise<(string | undefined)[]>;
  /** All have a saga, and every offset is committed. */
  waitForAll(records: readonly OutboxRecord[]): Promise<void>;
  lag(): Promise<number>;
  /** Ends the replicas that still run, after each test. */
  endAll(): Promise<void>;
  close(): Promise<void>;
}

export async function createConsumeStand(name: string): Promise<ConsumeStand> {
  const space = await createSpace(name);
  await space.topics();
  const publisher = createPublisher(space.config(), createSilentLog());
  const temporal = await createTemporalClient(space.config());
  const orderIds = new Set<string>();
  const running: Lifecycle[] = [];

  const stand: ConsumeStand = {
    space,
    publisher,
    temporal,
    async start(overrides = {}) {
      const log = createSilentLog();
      const lifecycle = createLifecycle({ log, deadlineMs: 15_000 });
      const disown = own('a consumer', () => lifecycle.end());
      running.push(lifecycle);
      void lifecycle.ended.finally(disown);
      const role = await startConsumer({ config: space.config(overrides), log, lifecycle });
      const metrics = async () => (await fetch(`http://127.0.0.1:${role.adminPort}/metrics`)).text();
      return {
        ...role,
        end: () => lifecycle.end(),
        async counts() {
          const lines = (await metrics()).matchAll(/^ordersctl_events_total\{code="(\w+)".*\} (\d+)$/gm);
          return Object.fromEntries([...lines].map(([, code = '', n]) => [code, Number(n)]));
        },
        async metric(metric) {
          const value = new RegExp(`^ordersctl_${metric}\\{.*\\} (\\S+)$`, 'm').exec(await metrics())?.[1];
          return Number(value);
        },
      };
    },
    async accept(count) {
      const records = await acceptSome(space.pool, count);
      for (const { orderId } of records) orderIds.add(orderId);
      return records;
    },
    async publish(records) {
      await publisher.publishBatch(records.flatMap(toKafkaRecords));
      // Or the relay of the role would publish them once more.
      await markPublished(
        space.pool,
        records.map(({ eventId }) => eventId),
      );
    },
    runIds: (records) =>
      Promise.all(
        records.map(({ orderId }) =>
          temporal.client.workflow
            .getHandle(workflowIdOf(orderId))
            .describe()
            .then(
              ({ runId }) => runId,
              () => undefined,
            ),
        ),
      ),
    lag: async () => (await groupOffsets(space.config())).reduce((sum, { lag }) => sum + lag, 0),
    async waitForAll(records) {
      await waitFor(async () => (await stand.lag()) === 0, { timeoutMs: 30_000, what: 'the offsets' });
      const runIds = await stand.runIds(records);
      const missing = runIds.filter((runId) => runId === undefined).length;
      if (missing > 0) throw new Error(`${missing} of ${records.length} orders have no saga`);
    },
    async endAll() {
      await Promise.all(running.splice(0).map((lifecycle) => lifecycle.end()));
    },
    async close() {
      await stand.endAll();
      await terminateSagas(temporal.client, [...orderIds]);
      await temporal.close();
      await publisher.close();
      await space.close();
    },
  };
  return stand;
}

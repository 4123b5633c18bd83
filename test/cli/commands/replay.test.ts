import type { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { loadConfig } from '../../../src/core/config/load-config.js';
import { EXIT } from '../../../src/core/errors.js';
import { groupOffsets } from '../../../src/core/kafka/kafka-admin.js';
import { TOPICS, workflowIdOf } from '../../../src/core/names.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { createTemporalClient } from '../../../src/core/temporal/create-temporal-client.js';
import { describeSaga } from '../../../src/core/temporal/describe-saga.js';
import { startSaga } from '../../../src/core/temporal/start-saga.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { readAsConsume } from '../../support/read-as-consume.js';
import { readTopic } from '../../support/read-topic.js';
import { createSpace, type Space } from '../../support/space.js';
import { terminateSagas } from '../../support/terminate-sagas.js';
import { waitFor } from '../../support/wait-for.js';
import { runCommand, runJson, type RunResult } from '../run-command.js';

interface Replayed {
  readonly planned: { orderId: string; hop: string; action: string; ageSeconds: number }[];
  readonly results: { orderId: string; outcome: string; reason: string | null }[];
  readonly unavailable: { store: string; reason: string }[];
}

const DEADLINE_MS = 900_000;

describe('replay', () => {
  let space: Space;
  let temporal: { client: Client; close(): Promise<void> };
  let orderIds: string[];

  const replay = (...args: string[]) =>
    runJson<Replayed>(['replay', '--older-than', '0s', ...args], { env: space.environment });
  const raw = (args: string[], env: Record<string, string> = {}): Promise<RunResult> =>
    runCommand(['replay', '--older-than', '0s', ...args], { env: { ...space.environment, ...env } });

  beforeAll(async () => {
    const { temporalAddress } = inject('stack');
    const { config } = loadConfig({ flags: { temporalAddress }, env: {}, cwd: '/nonexistent' });
    temporal = await createTemporalClient(config);
  });
  afterAll(() => temporal.close());
  beforeEach(async () => {
    space = await createSpace('cli-replay');
    await space.topics();
    orderIds = (await acceptSome(space.pool, 3)).map((record) => record.orderId);
  });
  afterEach(async () => {
    await terminateSagas(temporal.client, orderIds);
    await space.close();
  });

  const consumeAll = () => readAsConsume(space);
  const stockOf = async () =>
    (await space.pool.query<{ seeded: number; claimed: number }>('select seeded, claimed from stock')).rows;
  const statusOf = async (orderId: string) => (await describeSaga(temporal.client, orderId)).status;

  it('lists exactly the unpublished orders with --dry-run, and changes nothing', async () => {
    const { planned, results } = await replay('--dry-run');
    expect(planned.map((order) => order.orderId).sort()).toEqual([...orderIds].sort());
    for (const order of planned) expect(order).toMatchObject({ hop: 'not-published', action: 'requeue' });
    expect(results).toEqual([]);
    const { rows } = await space.pool.query(
      'select 1 from orders where replay_count > 0 union all select 1 from operator_actions',
    );
    expect(rows).toEqual([]);
  });

  it('leaves young orders alone by default', async () => {
    const { planned } = await runJson<Replayed>(['replay', '--dry-run'], { env: space.environment });
    expect(planned).toEqual([]);
  });

  it('shows people the plan by hop, and says when nothing is stuck', async () => {
    const { code, stdout } = await raw(['--dry-run']);
    expect(code).toBe(EXIT.ok);
    expect(stdout).toMatch(/^not-published +requeue +3 /m);
    expect((await raw(['--dry-run', '--older-than', '1h'])).stdout).toBe('Nothing is stuck.\n');
  });

  it('refuses without a terminal and without --yes, and changes nothing', async () => {
    const { code, stderr } = await raw([]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('hand over 3 orders again (3 through Kafka)');
    expect((await replay('--dry-run')).planned[0]).toMatchObject({ hop: 'not-published' });
  });

  it('publishes by itself what no relay has sent, once, without touching stock', async () => {
    const before = await stockOf();
    const { results } = await replay('--yes', '--reason', 'relay was off');
    expect(results.map(({ outcome }) => outcome)).toEqual(['requeued', 'requeued', 'requeued']);

    const reader = await readTopic(
      { prefix: space.prefix, brokers: space.config().kafkaBrokers },
      TOPICS.reservations,
    );
    await waitFor(() => reader.messages.length >= 3, {
      timeoutMs: 10_000,
      what: 'the reservations in Kafka',
    });
    expect(reader.messages.map((message) => message.key).sort()).toEqual([...orderIds].sort());

    const again = await replay('--yes');
    expect(again.planned.map(({ hop, action }) => [hop, action])).toEqual(Array(3).fill(['queued', 'wait']));
    expect(again.results).toEqual([]);
    expect(reader.messages).toHaveLength(3);
    await reader.close();
    expect(await stockOf()).toEqual(before);

    const { rows } = await space.pool.query('select actor, command, reason, result from operator_actions');
    expect(rows).toEqual([
      { actor: 'test', command: 'replay', reason: 'relay was off', result: { requeued: 3 } },
    ]);
  });

  it('hands over only as many as --limit allows', async () => {
    const { planned, results } = await replay('--yes', '--limit', '2');
    expect(planned).toHaveLength(2);
    expect(results).toHaveLength(2);
    expect((await replay('--dry-run')).planned.map((order) => order.hop).sort()).toEqual([
      'not-published',
      'queued',
      'queued',
    ]);
  });

  it('filters by product', async () => {
    const [cap] = await acceptSome(space.pool, 1, 'cap');
    const { planned } = await replay('--dry-run', '--product', 'cap', '--product', 'none');
    expect(planned.map((order) => order.orderId)).toEqual([cap?.orderId]);
  });

  it('hands over again what consume has passed without starting it', async () => {
    await replay('--yes');
    await consumeAll();
    const lost = await replay('--yes');
    expect(lost.planned.map(({ hop }) => hop)).toEqual(Array(3).fill('not-started'));
    expect(lost.results.map(({ outcome }) => outcome)).toEqual(Array(3).fill('requeued'));
    const offsets = await groupOffsets(space.config());
    expect(offsets.reduce((sum, partition) => sum + partition.lag, 0)).toBe(3);
  });

  it('starts a terminated workflow directly, and leaves a running one alone', async () => {
    const [first = '', second = ''] = orderIds;
    await replay('--yes');
    await consumeAll();
    for (const orderId of [first, second]) {
      await startSaga(temporal.client, space.prefix, orderId, { orderId, deadlineMs: DEADLINE_MS });
    }
    await terminateSagas(temporal.client, [first]);

    const { planned, results } = await replay('--yes');
    const hopOf = (orderId: string) => planned.find((order) => order.orderId === orderId)?.hop;
    expect(hopOf(first)).toBe('workflow-gone');
    expect(hopOf(second)).toBe('in-progress');
    expect(results.find((order) => order.orderId === first)?.outcome).toBe('started');
    expect(results.some((order) => order.orderId === second)).toBe(false);
    expect(await statusOf(first)).toBe('running');
  });

  it('starts one named order whose workflow was lost after it had begun, without asking', async () => {
    const [orderId = ''] = orderIds;
    await beginOrders(space.pool, [{ orderId, deadlineMs: DEADLINE_MS }]);
    expect((await replay('--dry-run')).planned.some((order) => order.orderId === orderId)).toBe(false);

    const { planned, results } = await replay(orderId);
    expect(planned).toMatchObject([{ orderId, hop: 'workflow-gone', action: 'start' }]);
    expect(results).toEqual([{ orderId, outcome: 'started', reason: null }]);
    expect(await statusOf(orderId)).toBe('running');
  });

  it('finds an order whose time to pay is over and whose workflow is gone', async () => {
    const [orderId = ''] = orderIds;
    await beginOrders(space.pool, [{ orderId, deadlineMs: 0 }]);
    const { planned } = await replay('--dry-run');
    expect(planned.find((order) => order.orderId === orderId)).toMatchObject({ hop: 'workflow-gone' });
  });

  it('never replays a final order', async () => {
    const [orderId = ''] = orderIds;
    await endOrders(space.pool, [{ orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' }]);
    const { planned, results } = await replay(orderId, '--yes');
    expect(planned).toMatchObject([{ orderId, action: 'skip' }]);
    expect(results).toEqual([]);
    expect(await statusOf(orderId)).toBe('missing');
  });

  it('exits 1 for an order that does not exist, before anything is done', async () => {
    for (const unknown of ['nope', '00000000-0000-4000-8000-000000000000']) {
      const { code, stderr } = await raw([unknown, orderIds[0] ?? '', '--yes', '--json']);
      expect(code).toBe(EXIT.failed);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ORDER_NOT_FOUND' } });
    }
    expect((await replay('--dry-run')).planned[0]).toMatchObject({ hop: 'not-published' });
  });

  it('still plans what it can see when Temporal is away, and exits 5', async () => {
    await replay('--yes', '--limit', '1');
    await consumeAll();
    const { code, stdout, stderr } = await raw(['--dry-run', '--json'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(code).toBe(EXIT.unreachable);
    const { planned, unavailable } = JSON.parse(stdout) as Replayed;
    expect(planned.map((order) => [order.hop, order.action]).sort()).toEqual([
      ['not-published', 'requeue'],
      ['not-published', 'requeue'],
      ['unknown', 'wait'],
    ]);
    expect(unavailable).toMatchObject([{ store: 'temporal' }]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  });

  it('leaves orders in the outbox when Kafka is away, says so and exits 5', async () => {
    const { code, stdout } = await raw(['--yes', '--json'], { KAFKA_BROKERS: '127.0.0.1:1' });
    expect(code).toBe(EXIT.unreachable);
    const { results } = JSON.parse(stdout) as Replayed;
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(results[0]?.reason).toContain('Kafka');
    expect((await replay('--dry-run')).planned.map((order) => order.hop)).toEqual(
      Array(3).fill('not-published'),
    );
  });

  it('hands each order over once when three replays run at the same time', async () => {
    await Promise.all([1, 2, 3].map(() => raw(['--yes'])));
    await consumeAll();
    const { rows } = await space.pool.query('select 1 from order_events where published_at is null');
    expect(rows).toEqual([]);
    for (const orderId of orderIds) {
      expect(await startSaga(temporal.client, space.prefix, orderId, { orderId, deadlineMs: 1 })).toBe(
        'started',
      );
      await expect(
        temporal.client.workflow.getHandle(workflowIdOf(orderId)).describe(),
      ).resolves.toBeTruthy();
    }
  });
});

import type { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
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
  readonly complete: boolean;
  readonly counts: Record<string, number>;
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
  const rowOf = async (orderId: string) => {
    const { rows } = await space.pool.query<{ replay_count: number; review_reason: string | null }>(
      'select replay_count, review_reason from orders where order_id = $1',
      [orderId],
    );
    return rows[0] ?? { replay_count: -1, review_reason: null };
  };
  const recorded = async () =>
    (await space.pool.query('select reason, arguments, result from operator_actions order by at')).rows;
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

  it('ends an order whose time to pay is over, and confirms a paid one, with Temporal away', async () => {
    const [unpaid = '', paid = '', other = ''] = orderIds;
    await beginOrders(space.pool, [
      { orderId: unpaid, deadlineMs: 0 },
      { orderId: paid, deadlineMs: 0 },
      { orderId: other, deadlineMs: DEADLINE_MS },
    ]);
    await recordCaptures(space.pool, [
      { orderId: paid, attempt: 1, gateway: 'g', gatewayReference: 'r', amountMinor: 4_990, currency: 'EUR' },
    ]);
    const { code, stdout, stderr } = await raw(['--hop', 'overdue', '--yes', '--json'], {
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect([code, stderr]).toEqual([EXIT.ok, '']);
    const { planned, counts } = JSON.parse(stdout) as Replayed;
    expect(planned.map(({ hop, action }) => [hop, action])).toEqual(Array(2).fill(['overdue', 'conclude']));
    expect(counts).toEqual({ expired: 1, confirmed: 1 });
    const statuses = await Promise.all(orderIds.map((orderId) => findOrder(space.pool, orderId)));
    expect(statuses.map((order) => order?.status)).toEqual(['EXPIRED', 'CONFIRMED', 'PAYMENT_PENDING']);
    expect(await stockOf()).toMatchObject([{ claimed: 2 }]);
    expect((await replay('--hop', 'overdue', '--yes')).planned).toEqual([]);
  });

  it('never replays a final order', async () => {
    const [orderId = ''] = orderIds;
    await endOrders(space.pool, [{ orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' }]);
    const { planned, results } = await replay(orderId, '--yes', '--even-if-quarantined');
    expect(planned).toMatchObject([{ orderId, action: 'skip' }]);
    expect(results).toEqual([{ orderId, outcome: 'skipped', reason: 'has ended as CANCELLED' }]);
    expect(await statusOf(orderId)).toBe('missing');
  });

  it('exits 1 for an order that does not exist, and the others are handed over all the same', async () => {
    const [orderId = ''] = orderIds;
    const unknown = ['nope', '00000000-0000-4000-8000-000000000000'];
    const { code, stdout, stderr } = await raw([...unknown, orderId, '--yes', '--json']);
    expect(code).toBe(EXIT.failed);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'ORDER_NOT_FOUND' } });
    expect((JSON.parse(stdout) as Replayed).results).toEqual([
      ...unknown.map((id) => ({ orderId: id, outcome: 'unknown', reason: 'no such order' })),
      { orderId, outcome: 'requeued', reason: null },
    ]);
  });

  it('reads ids from standard input, in every form that list prints', async () => {
    const forms = [
      orderIds.join('\n'),
      orderIds.map((orderId) => JSON.stringify({ orderId })).join('\n'),
      (await runCommand(['list', '--json'], { env: space.environment })).stdout,
      (await raw(['--dry-run', '--json'])).stdout,
      (await raw(['--dry-run', '--ndjson'])).stdout,
    ];
    for (const input of forms) {
      const { planned } = await runJson<Replayed>(['replay', '-', '--dry-run'], {
        env: space.environment,
        input,
      });
      expect(planned.map(({ orderId }) => orderId).sort()).toEqual([...orderIds].sort());
    }
  });

  it('touches nothing for empty input, and refuses input that is none and flags that do not go together', async () => {
    const piped = (input: string, ...args: string[]) =>
      runCommand(['replay', '-', '--yes', ...args], { env: space.environment, input });
    expect(await piped('\n')).toMatchObject({ code: EXIT.ok, stdout: 'No orders were named.\n' });
    for (const input of ['[{"id":1}]', '{"orderId":', 'x'.repeat(101)]) {
      expect((await piped(input)).code).toBe(EXIT.usage);
    }
    const id = orderIds[0] ?? '';
    expect((await piped(id, '--even-if-quarantined')).code).toBe(EXIT.usage);
    for (const args of [
      ['-', id],
      [id, '--product', 'tee'],
      ['--hop', 'queued'],
      ['--even-if-quarantined'],
    ]) {
      expect((await raw([...args, '--yes'])).code).toBe(EXIT.usage);
    }
    expect((await replay('--dry-run')).planned).toHaveLength(3);
    expect(await recorded()).toEqual([]);
  });

  it('tells each outcome as it happens with --ndjson, and the rest on stderr', async () => {
    const { code, stdout, stderr } = await raw(['--yes', '--ndjson']);
    expect(code).toBe(EXIT.ok);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { orderId: string });
    expect(lines.map(({ orderId }) => orderId).sort()).toEqual([...orderIds].sort());
    expect(lines[0]).toMatchObject({ outcome: 'requeued', reason: null });
    expect(stderr).toMatch(/^not-published +requeue +3 /m);
    expect(stderr).toContain('3 requeued');
  });

  it('leaves an order to a person that was handed over five times in vain, until it is named for it', async () => {
    const [worn = ''] = orderIds;
    await replay('--yes');
    await consumeAll();
    await space.pool.query('update orders set replay_count = 5 where order_id = $1', [worn]);
    const { planned, counts, results } = await replay('--yes');
    expect(planned.find(({ orderId }) => orderId === worn)).toMatchObject({ action: 'quarantine' });
    expect(counts).toEqual({ requeued: 2, quarantined: 1 });
    expect(results.find(({ orderId }) => orderId === worn)?.reason).toBe('handed over 5 times in vain');
    expect((await rowOf(worn)).review_reason).toContain('5 times');

    // Kafka's times are believed to two seconds: a message just behind it would count as it.
    await consumeAll();
    const named = await raw([worn]);
    expect(named.code).toBe(EXIT.ok);
    expect(named.stdout).toContain(`quarantined ${worn}: handed over 5 times in vain`);
    expect(named.stdout).toContain('ordersctl replay ORDER --even-if-quarantined');
    expect((await replay(worn, '--even-if-quarantined')).counts).toEqual({ requeued: 1 });
    expect((await rowOf(worn)).replay_count).toBe(6);
  });

  it('counts what it hands over, and nothing that Kafka did not take', async () => {
    const counts = async () => Promise.all(orderIds.map(async (id) => (await rowOf(id)).replay_count));
    for (let turn = 0; turn < 2; turn += 1) await raw(['--yes'], { KAFKA_BROKERS: '127.0.0.1:1' });
    expect(await counts()).toEqual([0, 0, 0]);
    await replay('--yes');
    expect(await counts()).toEqual([1, 1, 1]);
    await consumeAll();
    await raw(['--yes'], { KAFKA_BROKERS: '127.0.0.1:1' });
    await replay('--yes');
    expect(await counts()).toEqual([2, 2, 2]);
  });

  it('looks only where --hop says, and says that there may be more beyond --limit', async () => {
    const many = (await acceptSome(space.pool, 60, 'cap')).map(({ orderId }) => orderId);
    await replay('--yes', '--product', 'cap');
    await consumeAll();
    expect((await replay('--dry-run', '--hop', 'not-published')).planned).toHaveLength(3);
    expect((await replay('--dry-run', '--hop', 'workflow-gone,overdue')).planned).toEqual([]);
    const { planned, complete } = await replay('--dry-run', '--hop', 'not-started', '--limit', '2');
    expect(complete).toBe(false);
    expect(planned).toHaveLength(2);
    expect(many).toEqual(expect.arrayContaining(planned.map(({ orderId }) => orderId)));
  });

  it('keeps on record what was asked for and what came of it, and nothing else', async () => {
    await replay(orderIds[0] ?? '', '--reason', 'a try');
    await replay('--yes', '--limit', '1', '--rate', '1000');
    expect(await recorded()).toEqual([
      {
        reason: 'a try',
        arguments: {
          orders: 1,
          orderIds: [orderIds[0]],
          hops: null,
          limit: 1_000_000,
          rate: null,
          evenIfQuarantined: false,
        },
        result: { requeued: 1 },
      },
      {
        reason: null,
        arguments: {
          olderThanMs: 0,
          products: null,
          hops: null,
          limit: 1,
          rate: 1_000,
          evenIfQuarantined: false,
        },
        result: { requeued: 1 },
      },
    ]);
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

/** What replay does with each stuck order, by where it is stuck, and what it tells and keeps on record. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { groupOffsets } from '../../../src/core/kafka/kafka-admin.js';
import { TOPICS, workflowIdOf } from '../../../src/core/names.js';
import { beginOrders } from '../../../src/core/postgres/begin-orders.js';
import { endOrders } from '../../../src/core/postgres/end-orders.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { recordCaptures } from '../../../src/core/postgres/record-capture.js';
import { startSaga } from '../../../src/core/temporal/start-saga.js';
import { readTopic } from '../../support/read-topic.js';
import { terminateSagas } from '../../support/terminate-sagas.js';
import { waitFor } from '../../support/wait-for.js';
import { createReplayStand, type Replayed, type ReplayStand } from './replay-stand.js';

const DEADLINE_MS = 900_000;

describe('replay', () => {
  let stand: ReplayStand;
  beforeEach(async () => {
    stand = await createReplayStand('cli-replay');
  });
  afterEach(() => stand.close());

  it('publishes by itself what no relay has sent, once, without touching stock', async () => {
    const before = await stand.stock();
    const { results } = await stand.replay('--yes', '--reason', 'relay was off');
    expect(results.map(({ outcome }) => outcome)).toEqual(['requeued', 'requeued', 'requeued']);

    const reader = await readTopic(
      { prefix: stand.space.prefix, brokers: stand.space.config().kafkaBrokers },
      TOPICS.reservations,
    );
    await waitFor(() => reader.messages.length >= 3, {
      timeoutMs: 10_000,
      what: 'the reservations in Kafka',
    });
    expect(reader.messages.map((message) => message.key).sort()).toEqual([...stand.orderIds].sort());

    const again = await stand.replay('--yes');
    expect(again.planned.map(({ hop, action }) => [hop, action])).toEqual(Array(3).fill(['queued', 'wait']));
    expect(again.results).toEqual([]);
    expect(reader.messages).toHaveLength(3);
    await reader.close();
    expect(await stand.stock()).toEqual(before);

    const { rows } = await stand.space.pool.query(
      'select actor, command, reason, result from operator_actions',
    );
    expect(rows).toEqual([
      { actor: 'test', command: 'replay', reason: 'relay was off', result: { requeued: 3 } },
    ]);
  });

  it('hands over again what consume has passed without starting it', async () => {
    await stand.replay('--yes');
    await stand.consumeAll();
    const lost = await stand.replay('--yes');
    expect(lost.planned.map(({ hop }) => hop)).toEqual(Array(3).fill('not-started'));
    expect(lost.results.map(({ outcome }) => outcome)).toEqual(Array(3).fill('requeued'));
    const offsets = await groupOffsets(stand.space.config());
    expect(offsets.reduce((sum, partition) => sum + partition.lag, 0)).toBe(3);
  });

  it('starts a terminated workflow directly, and leaves a running one alone', async () => {
    const [first = '', second = ''] = stand.orderIds;
    await stand.replay('--yes');
    await stand.consumeAll();
    for (const orderId of [first, second]) {
      await startSaga(stand.temporal.client, stand.space.prefix, orderId, {
        orderId,
        deadlineMs: DEADLINE_MS,
      });
    }
    await terminateSagas(stand.temporal.client, [first]);

    const { planned, results } = await stand.replay('--yes');
    const hopOf = (orderId: string) => planned.find((order) => order.orderId === orderId)?.hop;
    expect(hopOf(first)).toBe('workflow-gone');
    expect(hopOf(second)).toBe('in-progress');
    expect(results.find((order) => order.orderId === first)?.outcome).toBe('started');
    expect(results.some((order) => order.orderId === second)).toBe(false);
    expect(await stand.sagaStatus(first)).toBe('running');
  });

  it('starts one named order whose workflow was lost after it had begun, without asking', async () => {
    const [orderId = ''] = stand.orderIds;
    await beginOrders(stand.space.pool, [{ orderId, deadlineMs: DEADLINE_MS }]);
    expect((await stand.replay('--dry-run')).planned.some((order) => order.orderId === orderId)).toBe(false);

    const { planned, results } = await stand.replay(orderId);
    expect(planned).toMatchObject([{ orderId, hop: 'workflow-gone', action: 'start' }]);
    expect(results).toEqual([{ orderId, outcome: 'started', reason: null }]);
    expect(await stand.sagaStatus(orderId)).toBe('running');
  });

  it('ends an order whose time to pay is over, and confirms a paid one, with Temporal away', async () => {
    const [unpaid = '', paid = '', other = ''] = stand.orderIds;
    await beginOrders(stand.space.pool, [
      { orderId: unpaid, deadlineMs: 0 },
      { orderId: paid, deadlineMs: 0 },
      { orderId: other, deadlineMs: DEADLINE_MS },
    ]);
    await recordCaptures(stand.space.pool, [
      { orderId: paid, attempt: 1, gateway: 'g', gatewayReference: 'r', amountMinor: 4_990, currency: 'EUR' },
    ]);
    const { code, stdout, stderr } = await stand.raw(['--hop', 'overdue', '--yes', '--json'], {
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect([code, stderr]).toEqual([EXIT.ok, '']);
    const { planned, counts } = JSON.parse(stdout) as Replayed;
    expect(planned.map(({ hop, action }) => [hop, action])).toEqual(Array(2).fill(['overdue', 'conclude']));
    expect(counts).toEqual({ expired: 1, confirmed: 1 });
    const statuses = await Promise.all(stand.orderIds.map((orderId) => findOrder(stand.space.pool, orderId)));
    expect(statuses.map((order) => order?.status)).toEqual(['EXPIRED', 'CONFIRMED', 'PAYMENT_PENDING']);
    expect(await stand.stock()).toMatchObject([{ claimed: 2 }]);
    expect((await stand.replay('--hop', 'overdue', '--yes')).planned).toEqual([]);
  });

  it('never replays a final order', async () => {
    const [orderId = ''] = stand.orderIds;
    await endOrders(stand.space.pool, [
      { orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' },
    ]);
    const { planned, results } = await stand.replay(orderId, '--yes', '--even-if-quarantined');
    expect(planned).toMatchObject([{ orderId, action: 'skip' }]);
    expect(results).toEqual([{ orderId, outcome: 'skipped', reason: 'has ended as CANCELLED' }]);
    expect(await stand.sagaStatus(orderId)).toBe('missing');
  });

  it('tells each outcome as it happens with --ndjson, and the rest on stderr', async () => {
    const { code, stdout, stderr } = await stand.raw(['--yes', '--ndjson']);
    expect(code).toBe(EXIT.ok);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { orderId: string });
    expect(lines.map(({ orderId }) => orderId).sort()).toEqual([...stand.orderIds].sort());
    expect(lines[0]).toMatchObject({ outcome: 'requeued', reason: null });
    expect(stderr).toMatch(/^not-published +requeue +3 /m);
    expect(stderr).toContain('3 requeued');
  });

  it('leaves an order to a person that was handed over five times in vain, until it is named for it', async () => {
    const [worn = ''] = stand.orderIds;
    await stand.replay('--yes');
    await stand.consumeAll();
    await stand.space.pool.query('update orders set replay_count = 5 where order_id = $1', [worn]);
    const { planned, counts, results } = await stand.replay('--yes');
    expect(planned.find(({ orderId }) => orderId === worn)).toMatchObject({ action: 'quarantine' });
    expect(counts).toEqual({ requeued: 2, quarantined: 1 });
    expect(results.find(({ orderId }) => orderId === worn)?.reason).toBe('handed over 5 times in vain');
    expect((await stand.row(worn)).review_reason).toContain('5 times');

    // Kafka's times are believed to two seconds: a message just behind it would count as it.
    await stand.consumeAll();
    const named = await stand.raw([worn]);
    expect(named.code).toBe(EXIT.ok);
    expect(named.stdout).toContain(`quarantined ${worn}: handed over 5 times in vain`);
    expect(named.stdout).toContain('ordersctl replay ORDER --even-if-quarantined');
    expect((await stand.replay(worn, '--even-if-quarantined')).counts).toEqual({ requeued: 1 });
    expect((await stand.row(worn)).replay_count).toBe(6);
  });

  it('counts what it hands over, and nothing that Kafka did not take', async () => {
    const counts = async () =>
      Promise.all(stand.orderIds.map(async (id) => (await stand.row(id)).replay_count));
    for (let turn = 0; turn < 2; turn += 1) await stand.raw(['--yes'], { KAFKA_BROKERS: '127.0.0.1:1' });
    expect(await counts()).toEqual([0, 0, 0]);
    await stand.replay('--yes');
    expect(await counts()).toEqual([1, 1, 1]);
    await stand.consumeAll();
    await stand.raw(['--yes'], { KAFKA_BROKERS: '127.0.0.1:1' });
    await stand.replay('--yes');
    expect(await counts()).toEqual([2, 2, 2]);
  });

  it('keeps on record what was asked for and what came of it, and nothing else', async () => {
    await stand.replay(stand.orderIds[0] ?? '', '--reason', 'a try');
    await stand.replay('--yes', '--limit', '1', '--rate', '1000');
    expect(await stand.recorded()).toEqual([
      {
        reason: 'a try',
        arguments: {
          orders: 1,
          orderIds: [stand.orderIds[0]],
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

  it('leaves orders in the outbox when Kafka is away, says so and exits 5', async () => {
    const { code, stdout } = await stand.raw(['--yes', '--json'], { KAFKA_BROKERS: '127.0.0.1:1' });
    expect(code).toBe(EXIT.unreachable);
    const { results } = JSON.parse(stdout) as Replayed;
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
    expect(results[0]?.reason).toContain('Kafka');
    expect((await stand.replay('--dry-run')).planned.map((order) => order.hop)).toEqual(
      Array(3).fill('not-published'),
    );
  });

  it('hands each order over once when three replays run at the same time', async () => {
    await Promise.all([1, 2, 3].map(() => stand.raw(['--yes'])));
    await stand.consumeAll();
    const { rows } = await stand.space.pool.query('select 1 from order_events where published_at is null');
    expect(rows).toEqual([]);
    for (const orderId of stand.orderIds) {
      expect(
        await startSaga(stand.temporal.client, stand.space.prefix, orderId, { orderId, deadlineMs: 1 }),
      ).toBe('started');
      await expect(
        stand.temporal.client.workflow.getHandle(workflowIdOf(orderId)).describe(),
      ).resolves.toBeTruthy();
    }
  });
});

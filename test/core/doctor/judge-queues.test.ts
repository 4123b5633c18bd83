import { describe, expect, it } from 'vitest';
import { judgeDeadLetterSize } from '../../../src/core/doctor/kafka/dead-letter-size.js';
import { judgeGroup } from '../../../src/core/doctor/kafka/group.js';
import { judgePartitions } from '../../../src/core/doctor/kafka/partitions.js';
import { judgeReplication } from '../../../src/core/doctor/kafka/replication.js';
import { judgeRetention } from '../../../src/core/doctor/kafka/retention.js';
import { judgeTopics } from '../../../src/core/doctor/kafka/topics.js';
import { judgeNamespace } from '../../../src/core/doctor/temporal/namespace.js';
import { judgePollers } from '../../../src/core/doctor/temporal/pollers.js';
import { judgeSagaRetention } from '../../../src/core/doctor/temporal/retention.js';
import { judgeSweeps } from '../../../src/core/doctor/temporal/sweeps.js';
import type { TopicReport } from '../../../src/core/kafka/cluster-reader.js';
import { TOPICS, type TopicName } from '../../../src/core/names.js';
import { SWEEPS } from '../../../src/core/sweeps/sweep-names.js';
import type { SweepSchedule } from '../../../src/core/temporal/read-sweep-schedules.js';

const MIB = 1_024 * 1_024;
const DAY_MS = 86_400_000;

const topic = (name: TopicName, change: Partial<TopicReport> = {}): TopicReport => ({
  topic: name,
  partitions: 12,
  replicas: 3,
  leaderless: 0,
  settings: {
    'min.insync.replicas': '2',
    'retention.ms': String(name === TOPICS.deadLetters ? 30 * DAY_MS : 7 * DAY_MS),
    'max.message.bytes': String(name === TOPICS.deadLetters ? 2 * MIB : MIB),
  },
  ...change,
});
const ALL = Object.values(TOPICS).map((name) => topic(name));
/** All topics as they should be, but for one. */
const but = (name: TopicName, change: Partial<TopicReport>) =>
  ALL.map((one) => (one.topic === name ? topic(name, change) : one));
const withSetting = (name: TopicName, setting: keyof TopicReport['settings'], value: string | null) =>
  but(name, { settings: { ...topic(name).settings, [setting]: value } });

describe('what doctor says of topics', () => {
  it('tells which are missing or without a leader', () => {
    expect(judgeTopics(ALL).status).toBe('ok');
    expect(judgeTopics(ALL.slice(1))).toMatchObject({
      status: 'failed',
      message: 'missing: orders.reservations',
      remedy: 'ordersctl migrate',
    });
    expect(judgeTopics(but(TOPICS.created, { leaderless: 2 }))).toMatchObject({
      status: 'failed',
      message: 'partitions without a leader: orders.created (2)',
    });
  });

  it('wants as many partitions as the setting says, or more', () => {
    const config = { kafkaPartitions: 12, prefix: 'shop' };
    expect(judgePartitions(ALL, config).message).toBe('12 each');
    expect(judgePartitions(but(TOPICS.created, { partitions: 24 }), config).message).toBe('12 or more each');
    expect(judgePartitions(but(TOPICS.created, { partitions: 6 }), config)).toMatchObject({
      status: 'failed',
      message: 'orders.created has 6, not 12',
      remedy: expect.stringContaining('--topic shop.orders.created --partitions 12') as string,
    });
    expect(judgePartitions([], config).status).toBe('skipped');
  });

  it.each([
    ['three copies, two in step', ALL, 3, 'ok'],
    ['fewer copies than must be in step', but(TOPICS.failed, { replicas: 1 }), 3, 'failed'],
    ['more copies than brokers', ALL, 2, 'failed'],
    ['no broker may fail', withSetting(TOPICS.failed, 'min.insync.replicas', '3'), 3, 'warning'],
  ])('judges replication: %s', (_what, topics, brokers, status) => {
    expect(judgeReplication(topics, brokers, { kafkaReplication: 3, production: false }).status).toBe(status);
  });

  it('takes one copy on one broker for a local stack, and for nothing else', () => {
    const single = ALL.map((one) =>
      topic(one.topic, { replicas: 1, settings: { ...one.settings, 'min.insync.replicas': '1' } }),
    );
    const judge = (brokers: number, production: boolean, kafkaReplication = 1) =>
      judgeReplication(single, brokers, { kafkaReplication, production }).status;
    expect(judge(1, false)).toBe('ok');
    expect(judge(3, false)).toBe('warning');
    expect(judge(1, true)).toBe('warning');
    expect(judge(1, false, 3)).toBe('warning');
  });

  it('wants orders and dead letters kept for a day at least', () => {
    expect(judgeRetention(ALL, '')).toMatchObject({
      status: 'ok',
      message: 'orders 7d00h, dead letters 30d00h',
    });
    expect(judgeRetention(withSetting(TOPICS.reservations, 'retention.ms', '-1'), '').message).toContain(
      'orders for ever',
    );
    expect(judgeRetention(withSetting(TOPICS.reservations, 'retention.ms', '3600000'), '').status).toBe(
      'warning',
    );
    expect(judgeRetention(withSetting(TOPICS.deadLetters, 'retention.ms', '3600000'), '').status).toBe(
      'warning',
    );
    expect(judgeRetention(withSetting(TOPICS.deadLetters, 'retention.ms', null), '').status).toBe('warning');
  });

  it('wants every message to fit as a dead letter', () => {
    expect(judgeDeadLetterSize(ALL, '').status).toBe('ok');
    const tight = withSetting(TOPICS.deadLetters, 'max.message.bytes', String(MIB));
    expect(judgeDeadLetterSize(tight, 'shop')).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining('--entity-name shop.orders.reservations.dlq') as string,
    });
    expect(judgeDeadLetterSize(withSetting(TOPICS.deadLetters, 'max.message.bytes', null), '').status).toBe(
      'warning',
    );
  });
});

describe('what doctor says of a consumer group', () => {
  const offsets = (lag: number) =>
    [0, 1, 2].map((partition) => ({
      topic: 't',
      partition,
      low: '0',
      high: '9',
      committed: null,
      lag: partition === 0 ? lag : 0,
    }));
  const stable = { state: 'Stable', members: 2, assigned: [2, 0, 1], offsets: offsets(3) };

  it.each([
    ['all read', stable, 'ok', '2 members for 3 partitions; 3 messages wait'],
    ['far behind', { ...stable, offsets: offsets(5_000) }, 'warning', '5000 messages wait'],
    ['nobody reads', { ...stable, state: 'Empty', members: 0 }, 'failed', 'no member; 3 messages wait'],
    ['one is left out', { ...stable, assigned: [0, 2] }, 'failed', 'nobody reads partition 1'],
    ['sharing out', { ...stable, state: 'PreparingRebalance' }, 'warning', 'sharing out anew'],
  ])('%s', (_what, report, status, message) => {
    const verdict = judgeGroup(report);
    expect(verdict.status).toBe(status);
    expect(verdict.message).toContain(message);
  });
});

describe('what doctor says of Temporal', () => {
  it('wants the namespace, and sagas remembered for longer than Kafka keeps their orders', () => {
    const found = { namespace: 'shop', retentionDays: 8 };
    expect(judgeNamespace(found, 'shop').status).toBe('ok');
    expect(judgeNamespace(null, 'shop')).toMatchObject({
      status: 'failed',
      remedy: 'temporal operator namespace create --namespace shop --retention 8d',
    });
    expect(judgeSagaRetention(found, 7 * DAY_MS).status).toBe('ok');
    expect(judgeSagaRetention({ ...found, retentionDays: 1 }, 7 * DAY_MS)).toMatchObject({
      status: 'warning',
      remedy: 'temporal operator namespace update --namespace shop --retention 8d',
    });
    expect(judgeSagaRetention(found, Infinity).status).toBe('warning');
    expect(judgeSagaRetention(found, null).status).toBe('warning');
    expect(judgeSagaRetention(null, 1).status).toBe('skipped');
  });

  it('counts workers that asked lately, for both kinds of work', () => {
    const now = Date.parse('2030-01-01T00:00:00Z');
    const poller = (identity: string, ageMs: number) => ({ identity, lastAccess: new Date(now - ageMs) });
    const fresh = [poller('a', 1_000), poller('a', 2_000), poller('b', 60_000)];
    expect(judgePollers({ workflow: fresh, activity: fresh }, now).message).toBe(
      '2 workers for workflows, 2 for activities',
    );
    const gone = [poller('a', 200_000)];
    expect(judgePollers({ workflow: gone, activity: gone }, now).message).toContain(
      'workflows or activities',
    );
    expect(judgePollers({ workflow: gone, activity: fresh }, now).status).toBe('failed');
    expect(judgePollers({ workflow: fresh, activity: [] }, now).status).toBe('failed');
  });

  it('wants every sweep scheduled, not paused, and run in time', () => {
    const schedule = (name: SweepSchedule['name'], change: Partial<SweepSchedule> = {}): SweepSchedule => ({
      name,
      paused: false,
      everyMs: 30_000,
      silentMs: 12_000,
      hasRun: true,
      lastRun: 'completed',
      ...change,
    });
    const all = SWEEPS.map((name) => schedule(name));
    const change = (changed: Partial<SweepSchedule>) =>
      judgeSweeps([schedule('refunds', changed), ...all.filter(({ name }) => name !== 'refunds')], 'shop');
    expect(judgeSweeps(all, '')).toMatchObject({
      status: 'ok',
      message: 'all 9 scheduled, the last ran 12s ago',
    });
    expect(judgeSweeps(all.slice(1), '')).toMatchObject({
      status: 'failed',
      message: 'not scheduled: abandoned-holds',
    });
    expect(change({ paused: true })).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining('--schedule-id shop.ordersctl-sweep-refunds') as string,
    });
    expect(change({ silentMs: 140_000 }).status).toBe('ok');
    expect(change({ silentMs: 151_000 })).toMatchObject({
      status: 'failed',
      message: 'has not run: refunds for 2m31s',
    });
    expect(change({ lastRun: 'failed' }).status).toBe('warning');
  });
});

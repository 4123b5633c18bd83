/** Orders stuck at several hops, replayed by several operators at once who are interrupted: what must hold afterwards. */
import { expect } from 'vitest';
import { inParallel } from '../../src/core/in-parallel.js';
import { createPublisher } from '../../src/core/kafka/create-publisher.js';
import { toKafkaRecords } from '../../src/core/kafka/events.js';
import { CLOCK_SLACK_MS } from '../../src/core/kafka/find-queued.js';
import { groupOffsets } from '../../src/core/kafka/kafka-admin.js';
import { TOPICS } from '../../src/core/names.js';
import { endOrders } from '../../src/core/postgres/end-orders.js';
import { markPublished } from '../../src/core/postgres/mark-published.js';
import { createTemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import { describeSaga } from '../../src/core/temporal/describe-saga.js';
import { startSaga } from '../../src/core/temporal/start-saga.js';
import { acceptSome } from './accepted-orders.js';
import { runCommand, type RunResult } from '../cli/run-command.js';
import { startBinary, type BinaryResult } from './binary.js';
import { createPipeline } from './pipeline.js';
import { readAsConsume } from './read-as-consume.js';
import { readTopic } from './read-topic.js';
import type { Space } from './space.js';
import { terminateSagas } from './terminate-sagas.js';
import { waitFor } from './wait-for.js';

export interface ReplayStory {
  /** Stuck orders; a third each never published, lost behind Kafka, and with a terminated workflow. */
  readonly orders: number;
  /** Orders a second of each operator, so that a signal finds them at work. */
  readonly rate: number;
}

interface Outcome {
  readonly orderId: string;
  readonly outcome: string;
}

const OPERATORS = 3;
const INTERRUPTED_ROUNDS = 2;
const MOST_TURNS = 5;
const ENDED = 20;
/** The tests' own calls: few, since they share the servers with the operators. */
const AT_ONCE = 5;
const PATIENCE = { timeoutMs: 60_000 };

export async function tellReplayStory(space: Space, { orders, rate }: ReplayStory): Promise<void> {
  const config = space.config();
  const temporal = await createTemporalClient(config);
  const publisher = createPublisher(config, space.log);
  await space.topics();
  const records = await acceptSome(space.pool, orders + ENDED);
  const stuck = records.slice(0, orders);
  const stuckIds = stuck.map(({ orderId }) => orderId);
  const third = Math.floor(orders / 3);
  const published = [...stuck.slice(third), ...records.slice(orders)];
  const terminatedIds = stuckIds.slice(2 * third);
  const saga = (orderId: string) => ({ orderId, deadlineMs: 900_000 });
  try {
    for (let at = 0; at < published.length; at += 500) {
      const some = published.slice(at, at + 500);
      await publisher.publishBatch(some.flatMap(toKafkaRecords));
      await markPublished(
        space.pool,
        some.map(({ eventId }) => eventId),
      );
    }
    await readAsConsume(space);
    await inParallel(terminatedIds, AT_ONCE, (id) =>
      startSaga(temporal.client, space.prefix, id, saga(id), PATIENCE),
    );
    await terminateSagas(temporal.client, terminatedIds);
    const endings = records.slice(orders).map(({ orderId }) => orderId);
    await endOrders(
      space.pool,
      endings.map((orderId) => ({ orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' })),
    );
    const before = await readTruth(space, endings);
    await waitFor(() => publishedLongAgo(space), { what: 'the messages to be told from those sent again' });

    const all: { readonly stdout: string }[] = [];
    for (let round = 0; round < INTERRUPTED_ROUNDS; round += 1) {
      const stopped = await interruptAtOnce(space, rate);
      for (const { code, stderr } of stopped) {
        expect(code, stderr).toBe(130);
        expect(stderr).toMatch(/stopped after [\d,]+ of [\d,]+ orders; run the same command again/);
      }
      all.push(...stopped);
    }
    // A store that is too slow for one operator ends that run with 5, and the same command goes on.
    for (let turn = 0; turn < MOST_TURNS; turn += 1) {
      const last = await replayAtOnce(space);
      for (const { code, stderr } of last) expect([0, 5], stderr).toContain(code);
      all.push(...last);
      if (last.every(({ code }) => code === 0)) break;
    }

    // Of all operators in all rounds one has handed over each order. A start whose answer was lost counts as failed.
    const outcomes = all.flatMap(({ stdout }) => parse(stdout));
    const idsOf = (...wanted: string[]) =>
      outcomes.filter(({ outcome }) => wanted.includes(outcome)).map(({ orderId }) => orderId);
    const handedOver = idsOf('requeued', 'started');
    expect(new Set(handedOver).size).toBe(handedOver.length);
    expect(new Set([...handedOver, ...idsOf('failed')])).toEqual(new Set(stuckIds));
    expect(idsOf('requeued', 'started', 'failed', 'skipped')).toHaveLength(outcomes.length);
    expect(await recordedAs(space)).toBe(handedOver.length);

    // Kafka has one more message of each that goes through it, and none of the others.
    const reader = await readTopic(
      { prefix: space.prefix, brokers: config.kafkaBrokers },
      TOPICS.reservations,
    );
    const wanted = published.length + 2 * third;
    await waitFor(() => reader.messages.length >= wanted, { timeoutMs: 30_000, what: 'all messages' });
    expect(reader.messages).toHaveLength(wanted);
    await reader.close();

    // Each has its saga, once: a second start is refused.
    const pipeline = await createPipeline(space);
    await pipeline.start('consume');
    await waitFor(async () => (await groupOffsets(config)).every(({ lag }) => lag === 0), {
      timeoutMs: 120_000,
      what: 'consume to start the sagas',
    });
    await pipeline.stopAll();
    const statuses = await inParallel(stuckIds, AT_ONCE, async (orderId) => {
      return (await describeSaga(temporal.client, orderId)).status;
    });
    expect(new Set(statuses)).toEqual(new Set(['running']));
    const finals = await inParallel(endings, AT_ONCE, async (orderId) => {
      return (await describeSaga(temporal.client, orderId)).status;
    });
    expect(new Set(finals)).toEqual(new Set(['missing']));
    expect(await readTruth(space, endings)).toEqual(before);
  } finally {
    await terminateSagas(temporal.client, stuckIds);
    await publisher.close();
    await temporal.close();
  }
}

const ARGS = ['replay', '--older-than', '0s', '--yes', '--ndjson'];

/** Each gets Ctrl-C once it has handed over its first batch. */
function interruptAtOnce(space: Space, rate: number): Promise<BinaryResult[]> {
  const running = Array.from({ length: OPERATORS }, () =>
    startBinary([...ARGS, '--rate', String(rate)], { env: space.environment }),
  );
  return Promise.all(
    running.map(async (operator) => {
      await waitFor(() => operator.stdout() !== '', { timeoutMs: 120_000, what: 'a first batch' });
      return operator.stop('SIGINT', 60_000);
    }),
  );
}

/** In this process: their starts would take longer than their work. */
function replayAtOnce(space: Space): Promise<RunResult[]> {
  return Promise.all(Array.from({ length: OPERATORS }, () => runCommand(ARGS, { env: space.environment })));
}

function parse(stdout: string): Outcome[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Outcome);
}

/** A message sent again sooner than the clocks may differ leaves open whether the group has come to the first one. */
async function publishedLongAgo({ pool }: Space): Promise<boolean> {
  const { rows } = await pool.query<{ ago: boolean }>(
    `select max(published_at) < now_ms() - $1 * interval '1 millisecond' as ago from order_events`,
    [CLOCK_SLACK_MS],
  );
  return rows[0]?.ago === true;
}

/** What no replay may change: the units, and orders that have ended. */
async function readTruth(space: Space, ended: readonly string[]): Promise<unknown> {
  const stock = await space.pool.query('select * from stock');
  const rows = await space.pool.query('select * from orders where order_id = any($1) order by order_id', [
    ended,
  ]);
  return [stock.rows, rows.rows];
}

/** Orders that were handed over, as the operators' actions say. */
async function recordedAs(space: Space): Promise<number> {
  const { rows } = await space.pool.query<{ sum: number }>(
    `select sum(coalesce((result->>'requeued')::int, 0) + coalesce((result->>'started')::int, 0))::int as sum
     from operator_actions where command = 'replay'`,
  );
  return rows[0]?.sum ?? 0;
}

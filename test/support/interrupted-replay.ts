/** Orders stuck at several hops, replayed by several operators at once who are interrupted: what must hold afterwards. */
import { expect } from 'vitest';
import { inParallel } from '../../src/core/in-parallel.js';
import { createPublisher } from '../../src/core/kafka/create-publisher.js';
import { toKafkaRecords } from '../../src/core/kafka/events.js';
import { groupOffsets } from '../../src/core/kafka/kafka-admin.js';
import { TOPICS } from '../../src/core/names.js';
import { endOrders } from '../../src/core/postgres/end-orders.js';
import { markPublished } from '../../src/core/postgres/mark-published.js';
import { createTemporalClient } from '../../src/core/temporal/create-temporal-client.js';
import { describeSaga } from '../../src/core/temporal/describe-saga.js';
import { startSaga } from '../../src/core/temporal/start-saga.js';
import { acceptSome } from './accepted-orders.js';
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
const ENDED = 20;
const AT_ONCE = 20;

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
    await inParallel(terminatedIds, AT_ONCE, (id) => startSaga(temporal.client, space.prefix, id, saga(id)));
    await terminateSagas(temporal.client, terminatedIds);
    const endings = records.slice(orders).map(({ orderId }) => orderId);
    await endOrders(
      space.pool,
      endings.map((orderId) => ({ orderId, status: 'CANCELLED', failureCode: 'CANCELLED_BY_OPERATOR' })),
    );
    const before = await readTruth(space, endings);

    const all: BinaryResult[] = [];
    for (let round = 0; round < INTERRUPTED_ROUNDS; round += 1) {
      const stopped = await replayAtOnce(space, ['--rate', String(rate)], 'SIGINT');
      for (const { code, stderr } of stopped) {
        expect(code, stderr).toBe(130);
        expect(stderr).toMatch(/stopped after [\d,]+ of [\d,]+ orders; run the same command again/);
      }
      all.push(...stopped);
    }
    const last = await replayAtOnce(space, []);
    for (const { code, stderr } of last) expect(code, stderr).toBe(0);
    all.push(...last);

    // Of all operators in all rounds, exactly one has handed over each order.
    const outcomes = all.flatMap(({ stdout }) => parse(stdout));
    const handedOver = outcomes.filter(({ outcome }) => outcome === 'requeued' || outcome === 'started');
    expect(handedOver.map(({ orderId }) => orderId).sort()).toEqual([...stuckIds].sort());
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(
      new Set(['requeued', 'started', 'skipped']),
    );
    expect(await recordedAs(space)).toBe(orders);

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

/** @param signal sent to each once it has handed over its first batch */
async function replayAtOnce(
  space: Space,
  args: readonly string[],
  signal?: NodeJS.Signals,
): Promise<BinaryResult[]> {
  const running = Array.from({ length: OPERATORS }, () =>
    startBinary(['replay', '--older-than', '0s', '--yes', '--ndjson', ...args], { env: space.environment }),
  );
  if (signal === undefined) return Promise.all(running.map(({ exited }) => exited));
  return Promise.all(
    running.map(async (operator) => {
      await waitFor(() => operator.stdout() !== '', { timeoutMs: 60_000, what: 'a first batch' });
      return operator.stop(signal, 60_000);
    }),
  );
}

function parse(stdout: string): Outcome[] {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Outcome);
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

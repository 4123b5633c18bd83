import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KafkaRecord, Publisher } from '../../../src/core/kafka/port.js';
import { findSuspects } from '../../../src/core/postgres/find-suspects.js';
import { markPublished } from '../../../src/core/postgres/mark-published.js';
import { planOrder, type PlannedOrder } from '../../../src/core/replay/plan-replay.js';
import type { ReplayTools } from '../../../src/core/replay/replay-tools.js';
import { requeueBatch } from '../../../src/core/replay/requeue-batch.js';
import type { SagaStatus } from '../../../src/core/temporal/describe-saga.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { createSpace, type Space } from '../../support/space.js';

let space: Space;
let orderId: string;
let eventId: string;
let sent: KafkaRecord[];
/** As Temporal knows it when it is asked again. */
let saga: SagaStatus;
beforeEach(async () => {
  space = await createSpace('requeue-batch');
  const [record] = await acceptSome(space.pool, 1);
  orderId = record?.orderId ?? '';
  eventId = record?.eventId ?? '';
  sent = [];
  saga = 'missing';
});
afterEach(() => space.close());

/** @param meanwhile happens after the event is in the outbox, before this replay sends it */
function tools(meanwhile: () => Promise<unknown> = () => Promise.resolve()): ReplayTools {
  const publisher: Publisher = {
    publishBatch: (records) => {
      sent.push(...records);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
  return {
    pool: space.pool,
    publisher: async () => {
      await meanwhile();
      return publisher;
    },
    sagaStatus: () => Promise.resolve(saga),
    startSaga: () => Promise.resolve('already'),
    confirm: () => Promise.resolve([]),
    expire: () => Promise.resolve([]),
  };
}

/** As an operator finds it now, with Kafka passed and no workflow. */
async function find(): Promise<PlannedOrder[]> {
  const order = (await findSuspects(space.pool, [orderId])).get(orderId);
  if (!order) throw new Error('no such order');
  const published = order.publishedAt !== null;
  return [planOrder({ ...order, published, queue: 'passed', saga: 'missing', hold: 'unknown' })];
}
const outcomesOf = async (batch: Promise<readonly { outcome: string }[]>) =>
  (await batch).map(({ outcome }) => outcome);

describe('an order that was lost behind Kafka', () => {
  beforeEach(() => markPublished(space.pool, [eventId]));

  it('is left alone, and not counted, when its workflow has started since the plan was made', async () => {
    const found = await find();
    saga = 'running';
    expect(await outcomesOf(requeueBatch(tools(), found))).toEqual(['skipped']);
    expect(sent).toEqual([]);
    expect((await findSuspects(space.pool, [orderId])).get(orderId)).toMatchObject({ replayCount: 0 });
  });

  it('is handed over by one of two replays that found it alike', async () => {
    const found = await find();
    const both = await Promise.all([requeueBatch(tools(), found), requeueBatch(tools(), found)]);
    expect(both.map(([one]) => one?.outcome).sort()).toEqual(['requeued', 'skipped']);
    expect(sent).toHaveLength(1);
  });

  it('counts for the replay that has sent it, when another finds it between the outbox and the send', async () => {
    const others: string[] = [];
    const first = requeueBatch(
      tools(async () => others.push(...(await outcomesOf(requeueBatch(tools(), await find()))))),
      await find(),
    );
    expect(await outcomesOf(first)).toEqual(['skipped']);
    expect(others).toEqual(['requeued']);
    expect(sent).toHaveLength(1);
  });

  it('counts as handed over when a relay was faster with the send', async () => {
    const batch = requeueBatch(
      tools(() => markPublished(space.pool, [eventId])),
      await find(),
    );
    expect(await outcomesOf(batch)).toEqual(['requeued']);
    expect(sent).toEqual([]);
  });
});

it('an order that was never published is sent once, and not again when a relay has sent it meanwhile', async () => {
  const found = await find();
  expect(await outcomesOf(requeueBatch(tools(), found))).toEqual(['requeued']);
  expect(await outcomesOf(requeueBatch(tools(), found))).toEqual(['skipped']);
  expect(sent).toHaveLength(1);
  expect((await find())[0]?.replayCount).toBe(1);
});

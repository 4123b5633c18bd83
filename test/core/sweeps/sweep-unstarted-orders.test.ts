import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPublisher } from '../../../src/core/kafka/create-publisher.js';
import type { Publisher } from '../../../src/core/kafka/port.js';
import { workflowIdOf } from '../../../src/core/names.js';
import type { OutboxRecord } from '../../../src/core/outbox/record.js';
import { createRelay } from '../../../src/core/outbox/relay.js';
import { findOrder } from '../../../src/core/postgres/find-order.js';
import { sweepUnstartedOrders } from '../../../src/core/sweeps/sweep-unstarted-orders.js';
import {
  createTemporalClient,
  type TemporalClient,
} from '../../../src/core/temporal/create-temporal-client.js';
import { describeSaga } from '../../../src/core/temporal/describe-saga.js';
import { startSaga } from '../../../src/core/temporal/start-saga.js';
import { acceptSome } from '../../support/accepted-orders.js';
import { readAsConsume } from '../../support/read-as-consume.js';
import { createSpace, type Space } from '../../support/space.js';
import { terminateSagas } from '../../support/terminate-sagas.js';
import { waitFor } from '../../support/wait-for.js';
import { startTemporalWorker } from '../../worker/temporal-worker.js';

const NOTHING = { handedOver: 0, flagged: 0 };

let space: Space;
let temporal: TemporalClient;
let publisher: Publisher;
let records: OutboxRecord[];
let orderIds: string[];
beforeEach(async () => {
  space = await createSpace('unstarted');
  await space.topics();
  temporal = await createTemporalClient(space.config());
  publisher = createPublisher(space.config(), space.log);
  records = await acceptSome(space.pool, 3);
  orderIds = records.map((record) => record.orderId);
});
afterEach(async () => {
  await terminateSagas(temporal.client, orderIds);
  await publisher.close();
  await temporal.close();
  await space.close();
});

const sweep = () =>
  sweepUnstartedOrders(
    { config: space.config(), pool: space.pool, temporal: temporal.client, publisher, log: space.log },
    { olderThanMs: 0, limit: 100 },
  );

async function publishAll(): Promise<void> {
  const relay = createRelay({
    pool: space.pool,
    publisher,
    log: space.log,
    stats: { count: () => undefined },
  });
  relay.start();
  const left = async () => {
    const { rows } = await space.pool.query<{ left: string }>(
      `select count(*) as left from order_events where published_at is null and topics <> '{}'`,
    );
    return rows[0]?.left === '0';
  };
  relay.offer(records);
  await waitFor(left, { timeoutMs: 20_000, what: 'the relay to publish' });
  await relay.drain();
}

/** In the order of orderIds. */
const rowsOf = async () => {
  const { rows } = await space.pool.query<{ replay_count: number; review_reason: string | null }>(
    'select replay_count, review_reason from orders order by array_position($1::uuid[], order_id)',
    [orderIds],
  );
  return rows;
};

it('leaves orders alone that no relay has sent yet, or that wait in Kafka, however long', async () => {
  expect(await sweep()).toEqual(NOTHING);
  await publishAll();
  await space.pool.query(`update orders set created_at = created_at - interval '1 day'`);
  expect(await sweep()).toEqual(NOTHING);
  expect((await rowsOf()).map((row) => row.replay_count)).toEqual([0, 0, 0]);
});

it('hands over again what consume has passed and nobody has started, starts what was terminated, and moves no unit', async () => {
  await publishAll();
  await readAsConsume(space);
  const [, terminated = '', running = ''] = orderIds;
  const { prefix } = space;
  for (const orderId of [terminated, running]) {
    await startSaga(temporal.client, prefix, orderId, { orderId, deadlineMs: 60_000 });
  }
  await temporal.client.workflow.getHandle(workflowIdOf(terminated)).terminate();
  expect(await sweep()).toEqual({ handedOver: 2, flagged: 0 });
  expect((await rowsOf()).map((row) => row.replay_count)).toEqual([1, 1, 0]);
  expect((await describeSaga(temporal.client, terminated)).status).toBe('running');
  // It waits in Kafka now, and the terminated one runs: nothing is done twice.
  expect(await sweep()).toEqual(NOTHING);
  const { rows } = await space.pool.query<{ claimed: number }>('select claimed from stock');
  expect(rows).toEqual([{ claimed: 3 }]);
});

it('hands an order to a person that was handed over again and again and never begun', async () => {
  await publishAll();
  await readAsConsume(space);
  await space.pool.query('update orders set replay_count = 5 where order_id = $1', [orderIds[0]]);
  expect(await sweep()).toEqual({ handedOver: 2, flagged: 1 });
  const rows = await rowsOf();
  expect(rows.map((row) => row.replay_count)).toEqual([5, 1, 1]);
  expect(rows[0]?.review_reason).toContain('5 times');
});

it('begins an order whose saga Temporal holds for completed, so that its deadline ends it', async () => {
  await publishAll();
  await readAsConsume(space);
  const [orderId = ''] = orderIds;
  const worker = await startTemporalWorker(
    {
      beginOrder: () =>
        Promise.resolve({ status: 'EXPIRED', paid: false, remainingMs: null, gateway: 'quick' }),
      confirmOrder: () => Promise.resolve({ status: 'EXPIRED' }),
    },
    space.config({ drainDeadline: '1s' }),
  );
  await worker.start({ orderId });
  expect(await worker.result(orderId)).toEqual({ status: 'EXPIRED' });
  await worker.close();
  expect((await findOrder(space.pool, orderId))?.status).toBe('PENDING');
  await sweep();
  expect((await findOrder(space.pool, orderId))?.status).toBe('PAYMENT_PENDING');
  expect((await describeSaga(temporal.client, orderId)).status).toBe('completed');
});

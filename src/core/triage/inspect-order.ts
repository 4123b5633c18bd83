/** Joins what every store knows about one order, and says where it stands. */
import type { Client } from '@temporalio/client';
import type { Config } from '../config/schema.js';
import { AppError } from '../errors.js';
import { findQueued } from '../kafka/find-queued.js';
import { partitionOf, type PartitionOffsets } from '../kafka/kafka-admin.js';
import type { Log } from '../log.js';
import type { Order } from '../order.js';
import { createPartialAnswer, type PartialAnswer } from '../partial-answer.js';
import type { Db } from '../postgres/db.js';
import { findOrderClocks, type OrderClock } from '../postgres/find-order-clocks.js';
import { findOrder } from '../postgres/find-order.js';
import { findPayments, type Payment } from '../postgres/find-payments.js';
import { findTimeline, type OrderEvent } from '../postgres/find-timeline.js';
import type { OrdersRedis } from '../redis/create-redis.js';
import { findHold } from '../redis/find-hold.js';
import type { Hold } from '../redis/hold.js';
import { describeSaga, type SagaDescription } from '../temporal/describe-saga.js';
import { diagnose, type Diagnosis } from './diagnose.js';
import type { QueuePosition } from './find-hop.js';

export interface InspectSources {
  readonly config: Config;
  readonly log: Log;
  readonly postgres: () => Promise<Db>;
  readonly redis: () => Promise<OrdersRedis>;
  readonly temporal: () => Promise<Client>;
}

export interface InspectedQueue {
  readonly position: QueuePosition;
  readonly partition: PartitionOffsets;
}

/** What a store could not tell because it is away is null; `answer.unavailable` names the store. */
export interface InspectedOrder {
  readonly order: Order | null;
  readonly clock: OrderClock | null;
  readonly hold: Hold | null;
  readonly timeline: readonly OrderEvent[];
  /** Null also for an order that was never published: it stands in no queue. */
  readonly queue: InspectedQueue | null;
  readonly saga: SagaDescription | null;
  readonly payments: readonly Payment[];
  readonly diagnosis: Diagnosis;
  readonly answer: PartialAnswer;
}

/** @throws AppError ORDER_NOT_FOUND */
export async function inspectOrder(sources: InspectSources, orderId: string): Promise<InspectedOrder> {
  const answer = createPartialAnswer();
  const [row, saga] = await Promise.all([
    answer.ask('postgres', async () => readRow(await sources.postgres(), orderId)),
    answer.ask('temporal', async () => describeSaga(await sources.temporal(), orderId)),
  ]);
  if (!row) return withoutRow(orderId, saga, answer);
  const { order, clock, timeline, payments } = row;
  const [hold, queue] = await Promise.all([
    answer.ask(
      'redis',
      async () => (await findHold(await sources.redis(), sources.config.prefix, order)) ?? null,
    ),
    answer.ask('kafka', () => readQueue(sources, orderId, timeline)),
  ]);
  const diagnosis = diagnose({
    orderId,
    productId: order.productId,
    status: order.status,
    paid: order.paid,
    overdue: clock.remainingMs !== null && clock.remainingMs <= 0,
    ageMs: clock.ageMs,
    remainingMs: clock.remainingMs,
    published: reservationPublishedAt(timeline) !== null,
    queue: queue?.position ?? 'unknown',
    queueLength: queue?.partition.lag ?? null,
    saga: saga?.status ?? 'unknown',
    hold: answer.isAway('redis') ? 'unknown' : hold ? 'present' : 'absent',
  });
  return { order, clock, hold, timeline, queue, saga, payments, diagnosis, answer };
}

async function readRow(db: Db, orderId: string) {
  const order = await findOrder(db, orderId);
  if (!order) {
    throw new AppError('ORDER_NOT_FOUND', `no order ${orderId}`, {
      hint: 'ordersctl list shows the orders there are',
    });
  }
  const [clocks, timeline, payments] = await Promise.all([
    findOrderClocks(db, [orderId]),
    findTimeline(db, orderId),
    findPayments(db, orderId),
  ]);
  const clock = clocks.get(orderId) ?? { ageMs: 0, remainingMs: null };
  return { order, clock, timeline, payments };
}

/** The reservation event is an order's version 1; a replay puts the same row back. */
function reservationPublishedAt(timeline: readonly OrderEvent[]): Date | null {
  return timeline.find((event) => event.version === 1)?.publishedAt ?? null;
}

/** Until the reservation event is published there is nothing to look for. */
async function readQueue(
  { config, log }: InspectSources,
  orderId: string,
  timeline: readonly OrderEvent[],
): Promise<InspectedQueue | null> {
  const publishedAt = reservationPublishedAt(timeline);
  if (!publishedAt) return null;
  const { waiting, partitions } = await findQueued(config, [{ orderId, publishedAt }], log);
  const partition = partitions[partitionOf(orderId, partitions.length)];
  return partition ? { position: waiting.has(orderId) ? 'ahead' : 'passed', partition } : null;
}

/** Without Postgres nothing but the workflow can be found: everything else goes by what the row says. */
function withoutRow(orderId: string, saga: SagaDescription | null, answer: PartialAnswer): InspectedOrder {
  const summary = `PostgreSQL cannot be asked, so not even whether the order exists is known${
    saga && saga.status !== 'missing' ? `; its workflow is ${saga.status}` : ''
  }.`;
  const diagnosis = { hop: 'unknown', summary, command: `ordersctl inspect ${orderId}` } as const;
  return {
    order: null,
    clock: null,
    hold: null,
    timeline: [],
    queue: null,
    saga,
    payments: [],
    diagnosis,
    answer,
  };
}

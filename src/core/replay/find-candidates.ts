/** Finds the orders that may be stuck and gathers what tells where each stands, store by store. */
import type { Client } from '@temporalio/client';
import type { Config } from '../config/schema.js';
import { inParallel } from '../in-parallel.js';
import { findQueued, type PublishedMessage } from '../kafka/find-queued.js';
import type { Log } from '../log.js';
import { findNamedOrders } from '../orders/find-named-orders.js';
import type { PartialAnswer } from '../partial-answer.js';
import type { Db } from '../postgres/db.js';
import { findUnmovedOrders, type UnmovedOrder } from '../postgres/find-unmoved-orders.js';
import { findOrderClocks } from '../postgres/find-order-clocks.js';
import { findStuckOrders, type StuckOrder } from '../postgres/find-stuck-orders.js';
import { isFinal } from '../order.js';
import { describeSaga, type SagaStatus } from '../temporal/describe-saga.js';
import type { QueuePosition } from '../triage/find-hop.js';
import type { ReplayCandidate } from './plan-replay.js';

export interface ReplaySearch {
  /** Exactly these, whatever their age; else all that are stuck. */
  readonly orderIds?: readonly string[];
  readonly olderThanMs: number;
  readonly productIds?: readonly string[];
}

export interface ReplaySources {
  readonly config: Config;
  readonly db: Db;
  readonly log: Log;
  readonly temporal: () => Promise<Client>;
  /** Kafka and Temporal may be away; what they would have told is then 'unknown'. */
  readonly answer: PartialAnswer;
}

/** Describe calls in flight: enough to hide the round trip, few enough not to load the server. */
const DESCRIBES_IN_FLIGHT = 20;
const QUERIES_IN_FLIGHT = 2;

/** @throws AppError ORDER_NOT_FOUND for an id that names no order */
export async function findCandidates(
  sources: ReplaySources,
  search: ReplaySearch,
): Promise<ReplayCandidate[]> {
  const { pending, begun, final } = search.orderIds
    ? await findNamed(sources.db, search.orderIds)
    : await findSilent(sources.db, search);
  const queue = await findQueuePositions(sources, pending);
  // An order that still waits in Kafka, or never came there, has no workflow to ask for.
  const asked = [
    ...pending.filter((order) => order.publishedAt !== null && queue.get(order.orderId) !== 'ahead'),
    ...begun,
  ];
  const sagas = await describeSagas(
    sources,
    asked.map((order) => order.orderId),
  );
  const sagaOf = (orderId: string): SagaStatus => sagas.get(orderId) ?? 'unknown';
  return [
    ...pending.map((order) => ({
      orderId: order.orderId,
      ageSeconds: order.ageSeconds,
      status: 'PENDING' as const,
      paid: false,
      overdue: false,
      published: order.publishedAt !== null,
      queue: queue.get(order.orderId) ?? 'unknown',
      saga: sagaOf(order.orderId),
      hold: 'unknown' as const,
    })),
    ...[...begun, ...final].map((order) => ({
      ...order,
      published: true,
      queue: 'passed' as const,
      saga: sagaOf(order.orderId),
      hold: 'unknown' as const,
    })),
  ];
}

interface Found {
  readonly pending: readonly StuckOrder[];
  readonly begun: readonly UnmovedOrder[];
  readonly final: readonly UnmovedOrder[];
}

async function findSilent(db: Db, search: ReplaySearch): Promise<Found> {
  const { olderThanMs, productIds } = search;
  const filters = productIds
    ? productIds.map((productId) => ({ olderThanMs, productId }))
    : [{ olderThanMs }];
  const [pending, begun] = await Promise.all([
    inParallel(filters, QUERIES_IN_FLIGHT, (filter) => findStuckOrders(db, filter)),
    findUnmovedOrders(db, search),
  ]);
  return { pending: pending.flat(), begun, final: [] };
}

async function findNamed(db: Db, orderIds: readonly string[]): Promise<Found> {
  const orders = await findNamedOrders(db, orderIds);
  const clocks = await findOrderClocks(
    db,
    orders.map((order) => order.orderId),
  );
  const others = orders
    .filter((order) => order.status !== 'PENDING')
    .map((order): UnmovedOrder => {
      const clock = clocks.get(order.orderId);
      return {
        orderId: order.orderId,
        status: order.status,
        paid: order.paid,
        ageSeconds: (clock?.ageMs ?? 0) / 1_000,
        overdue: (clock?.remainingMs ?? 1) <= 0,
      };
    });
  const pendingIds = orders.filter((order) => order.status === 'PENDING').map((order) => order.orderId);
  return {
    pending:
      pendingIds.length === 0 ? [] : await findStuckOrders(db, { olderThanMs: 0, orderIds: pendingIds }),
    begun: others.filter((order) => !isFinal(order.status)),
    final: others.filter((order) => isFinal(order.status)),
  };
}

async function findQueuePositions(
  { answer, config, log }: ReplaySources,
  pending: readonly StuckOrder[],
): Promise<Map<string, QueuePosition>> {
  const published = pending.flatMap(({ orderId, publishedAt }): PublishedMessage[] =>
    publishedAt ? [{ orderId, publishedAt }] : [],
  );
  if (published.length === 0) return new Map();
  const queue = await answer.ask('kafka', () => findQueued(config, published, log));
  return new Map(
    published.map(({ orderId }) => [
      orderId,
      queue ? (queue.waiting.has(orderId) ? 'ahead' : 'passed') : 'unknown',
    ]),
  );
}

async function describeSagas(
  { answer, temporal }: ReplaySources,
  orderIds: readonly string[],
): Promise<Map<string, SagaStatus>> {
  if (orderIds.length === 0) return new Map();
  const client = await answer.ask('temporal', temporal);
  if (!client) return new Map();
  const statuses = await inParallel(orderIds, DESCRIBES_IN_FLIGHT, (orderId) =>
    answer.ask('temporal', async () => (await describeSaga(client, orderId)).status),
  );
  return new Map(orderIds.map((orderId, index) => [orderId, statuses[index] ?? 'unknown']));
}

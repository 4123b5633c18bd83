/** Gathers from Kafka and Temporal what tells where suspected orders stand. */
import type { Client } from '@temporalio/client';
import type { Config } from '../config/schema.js';
import { inParallel } from '../in-parallel.js';
import { createQueueReader, type PublishedMessage } from '../kafka/find-queued.js';
import type { Log } from '../log.js';
import { isFinal } from '../order.js';
import type { PartialAnswer } from '../partial-answer.js';
import type { SuspectOrder } from '../postgres/suspect-row.js';
import { describeSaga, type SagaStatus } from '../temporal/describe-saga.js';
import { listSagaStatuses } from '../temporal/list-sagas.js';
import type { QueuePosition } from '../triage/find-hop.js';
import type { ReplayCandidate } from './plan-replay.js';

export interface LookSources {
  readonly config: Config;
  readonly log: Log;
  readonly temporal: () => Promise<Client>;
  /** Kafka and Temporal may be away; what they would have told is then 'unknown'. */
  readonly answer: PartialAnswer;
  /** Describe calls in flight. */
  readonly concurrency?: number;
}

export interface OrderLook {
  /** In the order of the suspects. */
  at(suspects: readonly SuspectOrder[]): Promise<ReplayCandidate[]>;
  /** Workflows that Temporal was asked about so far. */
  readonly asked: number;
  close(): Promise<void>;
}

/** So many are described one by one, which is exact; of more the list is good enough, since who acts looks again. */
const FEW = 20;
/** Enough to hide the round trip, few enough not to load the server. */
export const DEFAULT_CONCURRENCY = 20;

export function createOrderLook(sources: LookSources): OrderLook {
  const { config, log, temporal, answer, concurrency = DEFAULT_CONCURRENCY } = sources;
  const queue = createQueueReader(config, log, { oneReading: true });
  let asked = 0;

  async function positionsOf(suspects: readonly SuspectOrder[]): Promise<Map<string, QueuePosition>> {
    const published = suspects.flatMap(({ orderId, status, publishedAt }): PublishedMessage[] =>
      status === 'PENDING' && publishedAt ? [{ orderId, publishedAt }] : [],
    );
    if (published.length === 0) return new Map();
    const found = await answer.ask('kafka', () => queue.find(published));
    return new Map(
      published.map(({ orderId }) => [
        orderId,
        found ? (found.waiting.has(orderId) ? 'ahead' : 'passed') : 'unknown',
      ]),
    );
  }

  async function describeAll(orderIds: readonly string[]): Promise<Map<string, SagaStatus>> {
    if (orderIds.length === 0) return new Map();
    const client = await answer.ask('temporal', temporal);
    if (!client) return new Map();
    asked += orderIds.length;
    if (orderIds.length > FEW) {
      return (await answer.ask('temporal', () => listSagaStatuses(client, orderIds))) ?? new Map();
    }
    const statuses = await inParallel(orderIds, concurrency, (orderId) =>
      answer.ask('temporal', async () => (await describeSaga(client, orderId)).status),
    );
    return new Map(orderIds.map((orderId, index) => [orderId, statuses[index] ?? 'unknown']));
  }

  return {
    get asked() {
      return asked;
    },
    async at(suspects) {
      const positions = await positionsOf(suspects);
      const sagas = await describeAll(
        suspects.filter((order) => dependsOnSaga(order, positions)).map(({ orderId }) => orderId),
      );
      return suspects.map((order) => ({
        ...order,
        published: order.status !== 'PENDING' || order.publishedAt !== null,
        queue: order.status === 'PENDING' ? (positions.get(order.orderId) ?? 'unknown') : 'passed',
        saga: sagas.get(order.orderId) ?? 'unknown',
        hold: 'unknown',
      }));
    },
    close: () => queue.close(),
  };
}

/** Whoever waits in Kafka or never came there has none to ask for; what is overdue or final is so whatever it does. */
function dependsOnSaga(order: SuspectOrder, positions: ReadonlyMap<string, QueuePosition>): boolean {
  if (isFinal(order.status)) return false;
  if (order.status === 'PENDING') {
    return order.publishedAt !== null && positions.get(order.orderId) !== 'ahead';
  }
  return !(order.status === 'PAYMENT_PENDING' && order.overdue);
}

/** Gathers what every store says of many orders, so that the one rule can name where each stands. */
import { partitionOf, type PartitionOffsets } from '../kafka/kafka-admin.js';
import type { Queue } from '../kafka/find-queued.js';
import { isFinal } from '../order.js';
import type { StoreName } from '../partial-answer.js';
import { findOrderFacts, type StoredFacts } from '../postgres/find-order-facts.js';
import type { HoldLook } from '../redis/look-at-holds.js';
import type { SagaDescription } from '../temporal/describe-saga.js';
import { failingStepOf, isBusy } from './read-saga.js';
import type { DiagnosedOrder } from './diagnose.js';
import { findHops, type HoldState, type QueuePosition } from './find-hop.js';
import { describeSagas, lookAtQueue, lookAtRedis, lookAtSagas, type RedisLooks } from './look-at-stores.js';
import type { TriageSources } from './triage-sources.js';

export interface TriagedOrder {
  readonly stored: StoredFacts;
  /** What the rule and its words need. */
  readonly facts: DiagnosedOrder;
  /** Null when Temporal was not asked or could not be. */
  readonly saga: SagaDescription | null;
  /** Null when Redis was not asked or could not be. */
  readonly hold: HoldLook | null;
  /** Where its event lies; null when it was never published, or Kafka was not asked or could not be. */
  readonly partition: PartitionOffsets | null;
}

export interface TriageWish {
  /** What a store that is not asked would tell is 'unknown'. */
  readonly stores: ReadonlySet<Exclude<StoreName, 'postgres'>>;
  /** Also the workflows of orders that still wait in Kafka, or have ended: shown, though they decide nothing. */
  readonly everyWorkflow?: boolean;
}

/**
 * @param orderIds UUIDs; the caller bounds how many
 * @returns by order id; ids without an order are absent, and all of them while Postgres is away
 */
export async function triageOrders(
  sources: TriageSources,
  orderIds: readonly string[],
  wish: TriageWish,
): Promise<Map<string, TriagedOrder>> {
  const found = await factsOf(sources, orderIds);
  if (!found) return new Map();
  const stored = [...found.values()];
  const redisAsked = wish.stores.has('redis') ? lookAtRedis(sources, stored) : Promise.resolve(null);
  const pending = stored.filter(({ status }) => status === 'PENDING' || wish.everyWorkflow);
  const queue = wish.stores.has('kafka') ? await lookAtQueue(sources, pending) : null;
  const asked = stored.filter((order) => decidesByWorkflow(order, queue));
  const [redis, sagas] = await Promise.all([
    redisAsked,
    wish.everyWorkflow
      ? describeSagas(sources, orderIds)
      : lookAtSagas(sources, wish.stores.has('temporal') ? asked : []),
  ]);
  const triaged = stored.map((order) => join(order, queue, sagas.get(order.orderId) ?? null, redis));
  return new Map((await withoutEnded(sources, triaged)).map((one) => [one.stored.orderId, one]));
}

function factsOf({ answer, postgres }: TriageSources, orderIds: readonly string[]) {
  return answer.ask('postgres', async () => findOrderFacts(await postgres(), orderIds));
}

/** An order that still waits in Kafka, or never came there, has no workflow to ask for; one that has ended needs none. */
function decidesByWorkflow({ orderId, status, publishedAt }: StoredFacts, queue: Queue | null): boolean {
  if (status !== 'PENDING') return !isFinal(status);
  return publishedAt !== null && !queue?.waiting.has(orderId);
}

function join(
  stored: StoredFacts,
  queue: Queue | null,
  saga: SagaDescription | null,
  redis: RedisLooks | null,
): TriagedOrder {
  const { orderId, productId, status, remainingMs, payment } = stored;
  const published = stored.publishedAt !== null;
  const partition = (published && queue?.partitions[partitionOf(orderId, queue.partitions.length)]) || null;
  const product = redis?.products.get(productId);
  const hold = product?.holds.get(stored.reservationId) ?? null;
  const failingStep = saga && failingStepOf(saga);
  const facts: DiagnosedOrder = {
    orderId,
    productId,
    status,
    paid: stored.paid,
    overdue: remainingMs !== null && remainingMs <= 0,
    published,
    queue: positionOf(orderId, published ? queue : null),
    saga: saga?.status ?? 'unknown',
    hold: holdStateOf(stored, product?.epoch, hold),
    ageMs: stored.ageMs,
    remainingMs,
    queueLength: partition?.lag ?? null,
    reviewReason: stored.reviewReason,
    failingStep,
    closer: {
      silentMs: stored.silentMs,
      paymentOpen: payment === null || payment.status === 'REQUESTED',
      sagaBusy: saga === null || isBusy(saga),
      stepFails: failingStep !== null,
      holdDone: stored.holdDone,
      lateClaim: stored.generation > 0,
      latePayment: stored.latePayment,
      refundDue: stored.refundDue,
      forReview: stored.reviewReason !== null,
      drift: redis?.drift.get(productId) ?? null,
    },
  };
  return { stored, facts, saga, hold, partition };
}

function positionOf(orderId: string, queue: Queue | null): QueuePosition {
  if (!queue) return 'unknown';
  return queue.waiting.has(orderId) ? 'ahead' : 'passed';
}

function holdStateOf(
  { epoch, generation }: StoredFacts,
  loaded: number | null | undefined,
  look: HoldLook | null,
): HoldState {
  if (loaded === undefined || !look) return 'unknown';
  if (loaded === null || loaded !== epoch) return 'not-loaded';
  if (look.hold) return 'present';
  return look.endedGeneration !== null && look.endedGeneration >= generation ? 'ended' : 'absent';
}

/** Redis is read after the rows: an order that ended in between has rightly no hold any more. */
async function withoutEnded(
  sources: TriageSources,
  triaged: readonly TriagedOrder[],
): Promise<readonly TriagedOrder[]> {
  const missing = triaged.filter(({ facts }) => findHops(facts).includes('hold-missing'));
  if (missing.length === 0) return triaged;
  const now = await factsOf(
    sources,
    missing.map(({ stored }) => stored.orderId),
  );
  const moved = new Set(missing.filter(({ stored }) => !isSame(stored, now?.get(stored.orderId))));
  return triaged.map((one) =>
    moved.has(one) ? { ...one, facts: { ...one.facts, hold: 'unknown' as const } } : one,
  );
}

/** Marking the Redis half as done changes no version. */
function isSame(before: StoredFacts, now: StoredFacts | undefined): boolean {
  return now !== undefined && now.version === before.version && now.holdDone === before.holdDone;
}

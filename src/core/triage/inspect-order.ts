/** Joins what every store knows about one order, and says where it stands. */
import type { OffsetRange } from '../kafka/find-queued.js';
import { partitionOf, type PartitionOffsets } from '../kafka/kafka-admin.js';
import type { Order } from '../order.js';
import { findOrderActions, type OrderAction } from '../postgres/find-order-actions.js';
import type { StoredFacts } from '../postgres/find-order-facts.js';
import { findPayments, type Payment } from '../postgres/find-payments.js';
import { findTimeline, type OrderEvent } from '../postgres/find-timeline.js';
import type { Hold } from '../redis/hold.js';
import { describeSaga, type SagaDescription } from '../temporal/describe-saga.js';
import { readSagaHistory } from '../temporal/read-saga-history.js';
import type { SagaHistory } from '../temporal/summarize-history.js';
import { diagnose, type Diagnosis } from './diagnose.js';
import { findAskedOrder, orderIdIn, type AskedOrder, type FoundBy } from './find-asked-order.js';
import type { HoldState, QueuePosition } from './find-hop.js';
import { refundOf, type InspectedRefund } from './refund-of.js';
import { triageOrders } from './triage-orders.js';
import type { TriageSources } from './triage-sources.js';

export interface InspectedQueue {
  readonly position: QueuePosition;
  readonly partition: PartitionOffsets;
  /** Null when it cannot be told: not published, or removed by retention. */
  readonly offsets: OffsetRange | null;
}

/** What a store could not tell because it is away is null; `answer.unavailable` names the store. */
export interface InspectedOrder {
  /** Null when not even this is known: asked for by something else, with Postgres away. */
  readonly orderId: string | null;
  readonly foundBy: FoundBy | null;
  readonly order: Order | null;
  readonly stored: StoredFacts | null;
  readonly hold: Hold | null;
  readonly holdState: HoldState;
  /** Units that the counter of its product has too many in Redis; null when not known. */
  readonly drift: number | null;
  readonly timeline: readonly OrderEvent[];
  /** Null also for an order that was never published: it stands in no queue. */
  readonly queue: InspectedQueue | null;
  readonly saga: SagaDescription | null;
  readonly history: SagaHistory | null;
  readonly payments: readonly Payment[];
  /** Null when nothing goes or went back. */
  readonly refund: InspectedRefund | null;
  /** Newest first. */
  readonly actions: readonly OrderAction[];
  readonly diagnosis: Diagnosis;
}

/** An order that more people than this have worked on is shown with the latest of them. */
const ACTIONS_AT_MOST = 20;
const EVERYTHING = { stores: new Set(['redis', 'kafka', 'temporal'] as const), everyWorkflow: true };

/** @throws AppError ORDER_NOT_FOUND, INPUT_INVALID */
export async function inspectOrder(sources: TriageSources, asked: AskedOrder): Promise<InspectedOrder> {
  const { answer } = sources;
  const row = await answer.ask('postgres', () => readRow(sources, asked));
  if (!row) return withoutRow(sources, asked);
  const { order, timeline, payments, actions, foundBy } = row;
  const { orderId } = order;
  const triaged = (await triageOrders(sources, [orderId], EVERYTHING)).get(orderId);
  // Postgres went away just now.
  if (!triaged) return withoutRow(sources, asked);
  const { stored, facts, saga, partition, hold } = triaged;
  const [history, offsets] = await Promise.all([
    readHistory(sources, orderId, saga),
    partition ? locate(sources, stored) : null,
  ]);
  return {
    orderId,
    foundBy,
    order,
    stored,
    hold: hold?.hold ?? null,
    holdState: facts.hold,
    drift: facts.closer?.drift ?? null,
    timeline,
    queue: partition && { position: facts.queue, partition, offsets },
    saga,
    history,
    payments,
    refund: refundOf({ stored, payments, timeline, actions }),
    actions,
    diagnosis: diagnose(facts),
  };
}

async function readRow(sources: TriageSources, asked: AskedOrder) {
  const db = await sources.postgres();
  const { order, foundBy } = await findAskedOrder(db, asked);
  const { orderId } = order;
  const [timeline, payments, actions] = await Promise.all([
    findTimeline(db, orderId),
    findPayments(db, orderId),
    findOrderActions(db, orderId, ACTIONS_AT_MOST),
  ]);
  return { order, foundBy, timeline, payments, actions };
}

/** Until the reservation event is published there is nothing to look for. */
async function locate(
  { answer, queue }: TriageSources,
  { orderId, publishedAt }: StoredFacts,
): Promise<OffsetRange | null> {
  if (!publishedAt) return null;
  return answer.ask('kafka', async () => (await queue()).locate({ orderId, publishedAt }));
}

async function readHistory(
  { answer, temporal }: TriageSources,
  orderId: string,
  saga: SagaDescription | null,
): Promise<SagaHistory | null> {
  const runId = saga?.runId;
  if (!runId) return null;
  return answer.ask('temporal', async () => readSagaHistory(await temporal(), orderId, runId));
}

/** Without Postgres nothing but the workflow and the queue can be found: everything else goes by what the row says. */
async function withoutRow(sources: TriageSources, asked: AskedOrder): Promise<InspectedOrder> {
  const { answer } = sources;
  const orderId = orderIdIn(asked);
  const saga =
    orderId === null
      ? null
      : await answer.ask('temporal', async () => describeSaga(await sources.temporal(), orderId));
  const [history, partition] = await Promise.all([
    orderId === null ? null : readHistory(sources, orderId, saga),
    orderId === null ? null : readPartition(sources, orderId),
  ]);
  const known = saga && saga.status !== 'missing' ? `; its workflow is ${saga.status}` : '';
  return {
    orderId,
    foundBy: null,
    order: null,
    stored: null,
    hold: null,
    holdState: 'unknown',
    drift: null,
    timeline: [],
    queue: partition && { position: 'unknown', partition, offsets: null },
    saga,
    history,
    payments: [],
    refund: null,
    actions: [],
    diagnosis: {
      hop: 'unknown',
      summary: `PostgreSQL cannot be asked, so not even whether the order exists is known${known}.`,
      command: orderId === null ? null : `ordersctl inspect ${orderId}`,
      further: [],
    },
  };
}

/** Where the event of an order lies, if it was published. */
async function readPartition(
  { answer, queue }: TriageSources,
  orderId: string,
): Promise<PartitionOffsets | null> {
  const found = await answer.ask('kafka', async () => (await queue()).find([]));
  return found?.partitions[partitionOf(orderId, found.partitions.length)] ?? null;
}

/** Hands a batch of orders over again through Kafka. */
import { inParallel } from '../in-parallel.js';
import { toKafkaRecords } from '../kafka/events.js';
import { countReplays } from '../postgres/count-replays.js';
import { findSuspects } from '../postgres/find-suspects.js';
import { markPublished } from '../postgres/mark-published.js';
import { requeueOrders } from '../postgres/requeue-orders.js';
import { selectUnpublishedOf } from '../postgres/select-unpublished-of.js';
import { takeReplayTurn } from '../postgres/take-replay-turn.js';
import { withTransaction } from '../postgres/with-transaction.js';
import { DEFAULT_CONCURRENCY } from './look-at-orders.js';
import type { PlannedOrder } from './plan-replay.js';
import { skipped, type ReplayedOrder, type ReplayTools } from './replay-tools.js';

const BEGUN = 'its workflow has started meanwhile';
const MOVED_ON = 'it has moved on, or was handed over meanwhile';

/**
 * The event of an order that was published goes back into the outbox first, which counts the replay: a relay has it even
 * if this process ends here (I6). One that no relay has sent is there already, and is counted when Kafka has it: a
 * broker that is away wears no order out. An order whose workflow exists after all is left alone. Of several replays at once each event is sent by one.
 * @throws AppError UNAVAILABLE; then the events are in the outbox
 */
export async function requeueBatch(
  tools: ReplayTools,
  orders: readonly PlannedOrder[],
  concurrency = DEFAULT_CONCURRENCY,
): Promise<ReplayedOrder[]> {
  const begun = await findBegun(
    tools,
    orders.filter(({ hop }) => hop !== 'not-published'),
    concurrency,
  );
  const unsent = orders.filter(({ hop }) => hop === 'not-published').map(({ orderId }) => orderId);
  const requeued = await requeueOrders(
    tools.pool,
    orders.filter(({ hop, orderId }) => hop !== 'not-published' && !begun.has(orderId)),
  );
  const handedOver = await sendAll(tools, unsent, requeued, orders);
  return orders.map(({ orderId }) =>
    begun.has(orderId)
      ? skipped(orderId, BEGUN)
      : handedOver.has(orderId)
        ? { orderId, outcome: 'requeued', reason: null }
        : skipped(orderId, MOVED_ON),
  );
}

/** The plan may go by a list that lags: a saga that has started meanwhile must not wear its order out. */
async function findBegun(
  tools: ReplayTools,
  published: readonly PlannedOrder[],
  concurrency: number,
): Promise<ReadonlySet<string>> {
  const statuses = await inParallel(published, concurrency, ({ orderId }) => tools.sagaStatus(orderId));
  return new Set(published.filter((_order, at) => statuses[at] !== 'missing').map(({ orderId }) => orderId));
}

/** @returns those that this replay has handed over, and no other */
async function sendAll(
  { pool, publisher }: ReplayTools,
  unsent: readonly string[],
  requeued: ReadonlySet<string>,
  orders: readonly PlannedOrder[],
): Promise<ReadonlySet<string>> {
  const orderIds = [...unsent, ...requeued];
  if (orderIds.length === 0) return new Set();
  const kafka = await publisher();
  return withTransaction(pool, async (db) => {
    await takeReplayTurn(db);
    const records = await selectUnpublishedOf(db, orderIds);
    if (records.length > 0) await kafka.publishBatch(records.flatMap(toKafkaRecords));
    await markPublished(
      db,
      records.map(({ eventId }) => eventId),
    );
    const sent = new Set(records.filter(({ version }) => version === 1).map(({ orderId }) => orderId));
    await countReplays(
      db,
      unsent.filter((orderId) => sent.has(orderId)),
    );
    // What was put back and is gone already: a relay has it, unless another replay, which then has counted it.
    const gone = orders.filter(({ orderId }) => requeued.has(orderId) && !sent.has(orderId));
    const now = await findSuspects(
      db,
      gone.map(({ orderId }) => orderId),
    );
    for (const { orderId, replayCount } of gone) {
      if (now.get(orderId)?.replayCount === replayCount + 1) sent.add(orderId);
    }
    return sent;
  });
}

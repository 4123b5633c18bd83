/** Asks Kafka, Temporal and Redis about many orders at once, each with as few calls as it can. */
import { inParallel } from '../in-parallel.js';
import type { Queue, PublishedMessage } from '../kafka/find-queued.js';
import type { StoredFacts } from '../postgres/find-order-facts.js';
import { lookAtHolds, type ProductLook } from '../redis/look-at-holds.js';
import { workflowIdOf } from '../names.js';
import { describeSaga, missingSaga, type SagaDescription } from '../temporal/describe-saga.js';
import { findSagaStatuses } from '../temporal/find-saga-statuses.js';
import { FORGOTTEN_AFTER_MS } from './find-hop.js';
import { findProductDrift } from './product-drift.js';
import type { TriageSources } from './triage-sources.js';

/** Describe calls in flight: enough to hide the round trip, few enough not to load the server. */
const DESCRIBES_IN_FLIGHT = 20;
const PRODUCTS_IN_FLIGHT = 16;

/** @returns null while Kafka is away */
export function lookAtQueue(
  { answer, queue }: TriageSources,
  orders: readonly StoredFacts[],
): Promise<Queue | null> {
  const published = orders.flatMap(({ orderId, publishedAt }): PublishedMessage[] =>
    publishedAt ? [{ orderId, publishedAt }] : [],
  );
  if (published.length === 0) return Promise.resolve(null);
  return answer.ask('kafka', async () => (await queue()).find(published));
}

/** @returns by order id; absent for whom Temporal could not be asked */
export async function describeSagas(
  { answer, temporal }: TriageSources,
  orderIds: readonly string[],
): Promise<Map<string, SagaDescription>> {
  if (orderIds.length === 0) return new Map();
  const client = await answer.ask('temporal', temporal);
  if (!client) return new Map();
  const sagas = await inParallel(orderIds, DESCRIBES_IN_FLIGHT, (orderId) =>
    answer.ask('temporal', () => describeSaga(client, orderId)),
  );
  return new Map(
    orderIds.flatMap((orderId, at) => {
      const saga = sagas[at];
      return saga ? [[orderId, saga] as const] : [];
    }),
  );
}

/**
 * The same for many: the server's list tells most, and only those are described of which more must be known, or so
 * fresh that the list may not show them yet.
 */
export async function lookAtSagas(
  sources: TriageSources,
  orders: readonly StoredFacts[],
): Promise<Map<string, SagaDescription>> {
  const { answer, temporal } = sources;
  if (orders.length === 0) return new Map();
  const listed = await answer.ask('temporal', async () =>
    findSagaStatuses(
      await temporal(),
      orders.map(({ orderId }) => orderId),
    ),
  );
  if (!listed) return new Map();
  const statusOf = ({ orderId }: StoredFacts) => listed.get(orderId) ?? 'missing';
  const close = new Set(orders.filter((order) => needsDescription(order, statusOf(order) === 'running')));
  const described = await describeSagas(
    sources,
    [...close].map(({ orderId }) => orderId),
  );
  const asListed = orders
    .filter((order) => !close.has(order))
    .map((order) => {
      const saga = { ...missingSaga(workflowIdOf(order.orderId)), status: statusOf(order) };
      return [order.orderId, saga] as const;
    });
  return new Map([...described, ...asListed]);
}

/** Of a silent order with a running saga it decides whether anybody is at work. */
function needsDescription(
  { status, paid, payment, silentMs }: StoredFacts,
  isListedAsRunning: boolean,
): boolean {
  if (silentMs < FORGOTTEN_AFTER_MS) return !isListedAsRunning;
  const isOpen = payment === null || payment.status === 'REQUESTED';
  return isListedAsRunning && (status === 'PENDING' || paid || isOpen);
}

export interface RedisLooks {
  readonly products: ReadonlyMap<string, ProductLook>;
  /** Units too many in Redis, by product. */
  readonly drift: ReadonlyMap<string, number>;
}

/** @returns null while Redis is away */
export async function lookAtRedis(
  sources: TriageSources,
  orders: readonly StoredFacts[],
): Promise<RedisLooks | null> {
  if (orders.length === 0) return null;
  const byProduct = new Map<string, string[]>();
  for (const { productId, reservationId } of orders) {
    const known = byProduct.get(productId);
    if (known) known.push(reservationId);
    else byProduct.set(productId, [reservationId]);
  }
  const { answer, config, redis } = sources;
  const products = await answer.ask('redis', async () => {
    const client = await redis();
    const looks = await inParallel(
      [...byProduct],
      PRODUCTS_IN_FLIGHT,
      async ([productId, reservationIds]) => {
        return [productId, await lookAtHolds(client, config.prefix, productId, reservationIds)] as const;
      },
    );
    return new Map(looks);
  });
  return products && { products, drift: await findProductDrift(sources, [...byProduct.keys()]) };
}

/** Asks Kafka, Temporal and Redis about many orders at once, each with as few calls as it can. */
import { inParallel } from '../in-parallel.js';
import type { Queue, PublishedMessage } from '../kafka/find-queued.js';
import type { StoredFacts } from '../postgres/find-order-facts.js';
import { lookAtHolds, type ProductLook } from '../redis/look-at-holds.js';
import { describeSaga, type SagaDescription } from '../temporal/describe-saga.js';
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
export async function lookAtSagas(
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

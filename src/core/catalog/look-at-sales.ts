/** Looks at the sales of products in Redis, as far as Redis answers. */
import { readSale, type SaleInRedis } from '../redis/read-sale.js';
import type { CatalogDeps } from './catalog-deps.js';
import { inParallel } from '../in-parallel.js';
import { isRedisAway } from './is-redis-away.js';

export interface SaleLooks {
  /** By product; those that could not be looked at are absent. */
  readonly looks: ReadonlyMap<string, SaleInRedis>;
  readonly redisIsAway: boolean;
}

const WIDTH = 8;

/** @param before is run for each product ahead of its look; where it finds Redis away, there is no look */
export async function lookAtSales(
  { redis, prefix }: CatalogDeps,
  productIds: readonly string[],
  before: (productId: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<SaleLooks> {
  const looks = new Map<string, SaleInRedis>();
  let redisIsAway = false;
  await inParallel(productIds, WIDTH, async (productId) => {
    // One wait for a dead Redis, not one for each product.
    if (redisIsAway) return;
    try {
      await before(productId);
      looks.set(productId, await readSale(redis, prefix, productId));
    } catch (error) {
      if (!isRedisAway(error)) throw error;
      redisIsAway = true;
    }
  });
  return { looks, redisIsAway };
}

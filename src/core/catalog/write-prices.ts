/** Writes prices and activity of products through to Redis, whichever command or event changed them in Postgres. */
import { inParallel } from '../in-parallel.js';
import type { ProductRow } from '../postgres/find-products.js';
import { setPrice } from '../redis/set-price.js';
import type { CatalogDeps } from './catalog-deps.js';

const WIDTH = 8;

/**
 * Effective with the next reserve; orders and holds keep their price. Write also what did not change: an earlier run
 * may have ended between Postgres and Redis.
 * @param products as Postgres has them now
 * @throws AppError UNAVAILABLE; calling again does the rest
 */
export async function writePrices(
  { redis, prefix }: Pick<CatalogDeps, 'redis' | 'prefix'>,
  products: readonly ProductRow[],
): Promise<void> {
  await inParallel(products, WIDTH, (product) => setPrice(redis, prefix, product));
}

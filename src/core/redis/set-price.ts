/** Writes a product's price, and whether it is active, through to Redis. */
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { CODES } from './reservation-codes.js';
import { runScript } from './scripts.js';
import { formatPriceRules, type PriceRules } from './stored-rules.js';

/**
 * The product needs no stock yet. Takes effect with the next reserve; holds keep the price they were made at.
 * @returns `already` when this revision or a later one is there
 * @throws AppError UNAVAILABLE
 */
export async function setPrice(
  redis: OrdersRedis,
  prefix: string,
  product: PriceRules & { readonly productId: string },
): Promise<'set' | 'already'> {
  const key = productKeys(prefix, product.productId).price;
  const reply = await runScript(redis, 'setPrice', [key], [product.revision, formatPriceRules(product)]);
  return reply === CODES.done ? 'set' : 'already';
}

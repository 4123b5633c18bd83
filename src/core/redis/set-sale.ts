/** Writes a product's sale state, window and limits through to Redis. */
import type { OrdersRedis } from './create-redis.js';
import { productKeys } from './keys.js';
import { CODES } from './reservation-codes.js';
import { runScript } from './scripts.js';
import { formatSaleRules, type SaleRules } from './stored-rules.js';

/**
 * Takes effect with the next reserve; accepted orders and their payments go on.
 * @returns `already` when this revision or a later one is there
 * @throws AppError UNAVAILABLE
 */
export async function setSale(
  redis: OrdersRedis,
  prefix: string,
  sale: SaleRules & { readonly productId: string },
): Promise<'set' | 'already'> {
  const key = productKeys(prefix, sale.productId).sale;
  const reply = await runScript(redis, 'setSale', [key], [sale.revision, ...formatSaleRules(sale)]);
  return reply === CODES.done ? 'set' : 'already';
}

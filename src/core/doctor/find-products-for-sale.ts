/** The products that a go-live list without names is about. */
import { sellingStateOf } from '../catalog/selling-state.js';
import { AppError } from '../errors.js';
import type { Sources } from './check.js';
import { isForSale, productsLook } from './products/product-looks.js';

const MOST = 100;

/**
 * What has stock and is not closed for good: open, to open, or paused.
 * @throws AppError UNAVAILABLE, SCHEMA_MISSING; USAGE when there are too many to read
 */
export async function findProductsForSale(sources: Sources): Promise<string[]> {
  const { readClock } = await import('../postgres/read-clock.js');
  const [products, now] = await Promise.all([
    sources.once(productsLook),
    readClock(await sources.stores.postgres()),
  ]);
  const found = products
    .filter((product) => isForSale(product) && sellingStateOf(product, now).state !== 'closed')
    .map(({ productId }) => productId);
  if (found.length > MOST) {
    throw new AppError('USAGE', `${found.length} products are for sale: name those that you mean`, {
      hint: 'ordersctl doctor --for-sale PRODUCT --for-sale PRODUCT',
    });
  }
  return found;
}

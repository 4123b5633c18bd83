/** Finds the products that an operator named, all or none. */
import { AppError } from '../errors.js';
import type { Db } from '../postgres/db.js';
import { findProducts, type ProductRow } from '../postgres/find-products.js';

const SHOWN = 20;

/**
 * @param productIds all products when left out
 * @throws AppError PRODUCT_NOT_FOUND naming those that do not exist
 */
export async function findNamedProducts(db: Db, productIds?: readonly string[]): Promise<ProductRow[]> {
  const products = await findProducts(db, productIds);
  const known = new Set(products.map((product) => product.productId));
  const missing = productIds?.filter((productId) => !known.has(productId)) ?? [];
  if (missing.length === 0) return products;
  const named = missing.slice(0, SHOWN).join(', ') + (missing.length > SHOWN ? ', …' : '');
  throw new AppError('PRODUCT_NOT_FOUND', `there is no product ${named}; nothing was changed`, {
    hint: 'ordersctl sale status shows all that there are; seed-stock and seed-prices make new ones',
    context: { products: missing.length },
  });
}

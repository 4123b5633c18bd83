/** The looks at products that checks share. */
import type { LookedAt } from '../../catalog/look-at-loads.js';
import type { SaleStatusReport } from '../../catalog/sale-status.js';
import type { ProductRow } from '../../postgres/find-products.js';
import type { Sources } from '../check.js';

export async function productsLook({ stores }: Sources): Promise<ProductRow[]> {
  const { findProducts } = await import('../../postgres/find-products.js');
  return findProducts(await stores.postgres());
}

/** Each product as Redis holds it. @throws AppError UNAVAILABLE */
export async function loadsLook(sources: Sources): Promise<LookedAt[]> {
  const { lookAtLoads } = await import('../../catalog/look-at-loads.js');
  return lookAtLoads(await catalogOf(sources));
}

export async function salesLook(sources: Sources): Promise<SaleStatusReport> {
  const { saleStatus } = await import('../../catalog/sale-status.js');
  return saleStatus(await catalogOf(sources));
}

async function catalogOf({ stores, config }: Sources) {
  const [pool, redis] = await Promise.all([stores.postgres(), stores.redis()]);
  return { pool, redis, prefix: config.prefix };
}

/** What could be sold: stock, and not deactivated. */
export function isForSale({ active, stock }: ProductRow): boolean {
  return active && stock !== null && stock.seeded > 0;
}

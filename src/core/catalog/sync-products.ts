/** Brings Redis in step with what Postgres says about products: price, sale, seeded units. Postgres comes first. */
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../errors.js';
import { findProducts, type ProductRow } from '../postgres/find-products.js';
import { findStockLevels } from '../postgres/find-stock-levels.js';
import { adjust } from '../redis/adjust.js';
import { readTotals } from '../redis/read-totals.js';
import { setPrice } from '../redis/set-price.js';
import { setSale } from '../redis/set-sale.js';
import type { CatalogDeps } from './catalog-deps.js';
import { inParallel } from '../in-parallel.js';
import { restoreProduct } from './restore-product.js';

/** `in-step`: nothing was left to do. `no-stock`: only price and sale were written. */
export type SyncOutcome = 'loaded' | 'adjusted' | 'in-step' | 'no-stock';

export interface SyncedProduct {
  readonly product: ProductRow;
  readonly outcome: SyncOutcome;
}

/** Products at once: some round trips each, on few connections. */
const WIDTH = 8;
/** How long another process may take to load a product before we do it. */
const OTHERS_LOAD_MS = 15_000;
const LOOK_AGAIN_MS = 100;
const TRIES = 3;

/**
 * Safe at any time, from any number of processes and during a sale: every step is applied at most once, by revision,
 * movement count or epoch. A product that Redis does not hold, or holds under another epoch, is loaded anew.
 * @returns the products found, with what was done
 * @throws AppError UNAVAILABLE, REBUILDING; products done before stay done, and calling again does the rest
 */
export async function syncProducts(
  deps: CatalogDeps,
  productIds: readonly string[],
): Promise<SyncedProduct[]> {
  const products = await findProducts(deps.pool, productIds);
  return inParallel(products, WIDTH, async (product) => {
    const { redis, prefix } = deps;
    const { productId, sale } = product;
    // The sale before the stock: a product seeded as closed never sells for a moment.
    if (sale) await setSale(redis, prefix, sale);
    await setPrice(redis, prefix, product);
    return { product, outcome: product.stock ? await syncStock(deps, productId) : 'no-stock' };
  });
}

async function syncStock(deps: CatalogDeps, productId: string): Promise<SyncOutcome> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const level = (await findStockLevels(deps.pool, [productId])).get(productId);
    if (!level) return 'no-stock';
    const adjusted = await adjust(deps.redis, deps.prefix, level);
    if (adjusted === 'adjusted') return 'adjusted';
    if (adjusted === 'already') return 'in-step';
    const restored = await restoreProduct(deps, productId);
    if (restored === 'rebuilt') return 'loaded';
    if (restored === 'no-stock') return restored;
    if (restored === 'busy') await untilLoaded(deps, productId);
  }
  throw new AppError('REBUILDING', `${productId} is being loaded by several processes at once`, {
    hint: 'Run the same command again',
  });
}

/** Somebody else loads under a later epoch: superseding them in turn would only keep the product closed longer. */
async function untilLoaded(deps: CatalogDeps, productId: string): Promise<void> {
  const deadline = performance.now() + OTHERS_LOAD_MS;
  while (performance.now() < deadline) {
    if ((await readTotals(deps.redis, deps.prefix, productId)).available !== null) return;
    await delay(LOOK_AGAIN_MS);
  }
}

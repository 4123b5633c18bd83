/** Seeds stock and prices of a demo through the same services as the commands. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import { seedPrices } from '../../core/catalog/seed-prices.js';
import { seedStock } from '../../core/catalog/seed-stock.js';
import type { Goods } from './goods.js';

/** @throws AppError as the seeding services do */
export async function seedGoods(deps: CatalogDeps, goods: readonly Goods[]): Promise<void> {
  const common = { actor: 'demo', host: hostname(), dryRun: false };
  const stock = goods.map(({ productId, quantity }) => ({ productId, quantity }));
  await seedStock(deps, { ...common, operationId: randomUUID(), mode: 'seed', rows: stock, closed: false });
  await seedPrices(deps, { ...common, rows: goods.map(({ productId, price }) => ({ productId, price })) });
}

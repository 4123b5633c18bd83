/** A shop whose sales an operator changes, what Postgres and Redis have of each, and buyers who try. */
import { randomUUID } from 'node:crypto';
import {
  changeSale,
  type ChangeSaleReport,
  type ChangeSaleRequest,
} from '../../../src/core/catalog/change-sale.js';
import type { SaleIntent } from '../../../src/core/catalog/plan-sale-change.js';
import { findProducts, type Sale } from '../../../src/core/postgres/find-products.js';
import type { OrdersRedis } from '../../../src/core/redis/create-redis.js';
import { readSale, type SaleInRedis } from '../../../src/core/redis/read-sale.js';
import { createReserve, type ReserveResult } from '../../../src/core/redis/reserve.js';
import { createShop, type Shop } from './shop.js';

export const PAUSE: SaleIntent = { kind: 'pause' };
export const OPEN: SaleIntent = { kind: 'open', evenClosed: true };

export interface SaleStand {
  readonly shop: Shop;
  /** A product with a price and 100 units. @returns its id */
  sell(): Promise<string>;
  /** @param options more of the request, or another connection to Redis than the shop's */
  change(
    productIds: readonly string[] | undefined,
    intent: SaleIntent,
    options?: Partial<ChangeSaleRequest> & { readonly redis?: OrdersRedis },
  ): Promise<ChangeSaleReport>;
  inPostgres(productId: string): Promise<Sale | null | undefined>;
  inRedis(productId: string): Promise<SaleInRedis>;
  /** For a customer who has bought nothing so far. */
  reserve(productId: string, quantity?: number): Promise<ReserveResult['kind']>;
}

export async function createSaleStand(name: string): Promise<SaleStand> {
  const shop = await createShop(name);
  const { pool, redis, prefix } = shop.deps;
  const reserve = createReserve(redis, prefix);
  return {
    shop,
    async sell() {
      const productId = shop.newProductId();
      await shop.open(productId, 100);
      return productId;
    },
    change: (productIds, intent, { redis: operatorRedis = redis, ...more } = {}) =>
      changeSale(
        { pool, redis: operatorRedis, prefix },
        { productIds, intent, dryRun: false, actor: 'ada', host: 'test', ...more },
      ),
    inPostgres: async (productId) => (await findProducts(pool, [productId]))[0]?.sale,
    inRedis: (productId) => readSale(redis, prefix, productId),
    async reserve(productId, quantity = 1) {
      const reservation = { reservationId: randomUUID(), productId, userId: randomUUID(), quantity };
      return (await reserve({ ...reservation, bodyHash: 'b' })).kind;
    },
  };
}

/** What the sales of products come to now, and whether Redis goes by what Postgres says. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ProductRow } from '../postgres/find-products.js';
import { readClock } from '../postgres/read-clock.js';
import { termsOf, type SaleTerms } from '../postgres/sale-row.js';
import type { SaleInRedis } from '../redis/read-sale.js';
import type { CatalogDeps } from './catalog-deps.js';
import {
  agreementOf,
  effectiveStateOf,
  OPEN_TERMS,
  type EffectiveState,
  type SaleAgreement,
} from './effective-sale.js';
import { findNamedProducts } from './find-named-products.js';
import { lookAtSales } from './look-at-sales.js';

export interface SaleStatus {
  readonly productId: string;
  /** What a buyer meets now: by the rules and the clock of Redis, by Postgres's only while Redis does not answer. */
  readonly selling: EffectiveState;
  /** As Postgres has them. */
  readonly terms: SaleTerms;
  /** In Postgres; null for a product that has no sale of its own. */
  readonly revision: number | null;
  /** In Redis; null where there is none, or no answer. */
  readonly redisRevision: number | null;
  /** Null when Redis is away. */
  readonly redis: SaleAgreement | null;
  /** Null until it is seeded. */
  readonly units: { readonly seeded: number; readonly available: number } | null;
  /** The counter; null when the product is not loaded, or Redis is away. */
  readonly redisAvailable: number | null;
}

export interface SaleStatusReport {
  /** Redis answered, and goes by what Postgres says. */
  readonly ok: boolean;
  readonly products: readonly SaleStatus[];
  readonly unavailable?: readonly 'redis'[];
}

/** A change is in Postgres a moment before it is in Redis: only what two looks find apart is apart. */
const LOOKS = 3;
const PAUSE_MS = 100;

/**
 * @param productIds all products when left out
 * @throws AppError PRODUCT_NOT_FOUND; UNAVAILABLE when Postgres is away
 */
export async function saleStatus(
  deps: CatalogDeps,
  productIds?: readonly string[],
): Promise<SaleStatusReport> {
  const statuses = new Map<string, SaleStatus>();
  let redisIsAway = false;
  let asked = productIds;
  for (let looks = 0; looks < LOOKS && asked?.length !== 0; looks += 1) {
    if (looks > 0) await delay(PAUSE_MS);
    const products = await findNamedProducts(deps.pool, asked);
    const looked = await lookAtSales(
      deps,
      products.map((product) => product.productId),
    );
    const now = await readClock(deps.pool);
    redisIsAway ||= looked.redisIsAway;
    for (const product of products) {
      statuses.set(product.productId, toStatus(product, looked.looks.get(product.productId), now));
    }
    asked = [...statuses.values()].filter(isApart).map((status) => status.productId);
  }
  const products = [...statuses.values()];
  const ok = !redisIsAway && products.every(({ redis }) => redis === 'agrees' || redis === 'no-stock');
  return redisIsAway ? { ok, products, unavailable: ['redis'] } : { ok, products };
}

function isApart({ redis }: SaleStatus): boolean {
  return redis === 'behind' || redis === 'ahead';
}

function toStatus(product: ProductRow, look: SaleInRedis | undefined, now: Date): SaleStatus {
  const { productId, stock, sale } = product;
  const terms = termsOf(sale ?? OPEN_TERMS);
  return {
    productId,
    selling: effectiveStateOf(product, look ? (look.rules ?? OPEN_TERMS) : terms, look, now),
    terms,
    revision: sale?.revision ?? null,
    redisRevision: look?.rules?.revision ?? null,
    redis: look ? agreementOf(product, look) : null,
    units: stock && { seeded: stock.seeded, available: stock.seeded - stock.claimed },
    redisAvailable: look?.available ?? null,
  };
}

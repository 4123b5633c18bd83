/** Seeds the prices of products: Postgres first, in one transaction, then Redis. Safe to run twice. */
import type { Money } from '../money.js';
import { findProducts } from '../postgres/find-products.js';
import { readClock } from '../postgres/read-clock.js';
import { recordOperatorAction } from '../postgres/record-operator-action.js';
import { seedPrices as seedPriceRows, type SeededPrice } from '../postgres/seed-price-rows.js';
import { withTransaction } from '../postgres/with-transaction.js';
import type { CatalogDeps } from './catalog-deps.js';
import { isRedisAway } from './is-redis-away.js';
import type { PriceRow } from './price-rows.js';
import { sellingStateOf, type SellingState } from './selling-state.js';
import { writePrices } from './write-prices.js';

export interface SeedPricesRequest {
  /** Unique by product. */
  readonly rows: readonly PriceRow[];
  readonly dryRun: boolean;
  readonly actor: string;
  readonly host: string;
  readonly reason?: string;
}

export interface PricedProduct {
  readonly productId: string;
  readonly before: Money | null;
  readonly price: Money;
  readonly outcome: SeededPrice['outcome'];
  readonly selling: SellingState;
}

export interface SeedPricesReport {
  readonly dryRun: boolean;
  readonly products: readonly PricedProduct[];
  /** Redis is away: Postgres has it all, and the same call again does the rest. */
  readonly unavailable?: readonly 'redis'[];
}

/** Rows written out in the record of an operator action. */
const RECORDED = 100;

/**
 * All rows or none; products that do not exist yet are made, so prices and stock may come in either order. A new
 * price takes effect with the next reserve; orders and holds keep theirs.
 * @throws AppError UNAVAILABLE when Postgres is away
 */
export async function seedPrices(deps: CatalogDeps, request: SeedPricesRequest): Promise<SeedPricesReport> {
  const seeded = await seedPostgres(deps, request);
  const now = await readClock(deps.pool);
  const found = await findProducts(
    deps.pool,
    seeded.map((row) => row.productId),
  );
  let redisIsAway = false;
  if (!request.dryRun) {
    try {
      await writePrices(deps, found);
    } catch (error) {
      if (!isRedisAway(error)) throw error;
      redisIsAway = true;
    }
  }
  const known = new Map(found.map((product) => [product.productId, product]));
  const products = seeded.map(({ productId, before, price, outcome }) => {
    const product = known.get(productId) ?? { active: true, sale: null, stock: null };
    return { productId, before, price, outcome, selling: sellingStateOf({ ...product, price }, now) };
  });
  const report = { dryRun: request.dryRun, products };
  return redisIsAway ? { ...report, unavailable: ['redis'] } : report;
}

function seedPostgres({ pool }: CatalogDeps, request: SeedPricesRequest): Promise<SeededPrice[]> {
  return withTransaction(pool, async (db) => {
    const seeded = await seedPriceRows(db, request.rows, { dryRun: request.dryRun });
    const changed = seeded.filter((row) => row.outcome !== 'unchanged');
    if (!request.dryRun && changed.length > 0) {
      await recordOperatorAction(db, {
        actor: request.actor,
        host: request.host,
        command: 'seed-prices',
        arguments: { products: request.rows.length },
        reason: request.reason ?? null,
        result: {
          changed: changed
            .slice(0, RECORDED)
            .map(({ productId, before, price }) => ({ productId, before, price })),
          changes: changed.length,
        },
      });
    }
    return seeded;
  });
}

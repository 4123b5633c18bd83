/** Seeds the units of products: Postgres first, in one transaction, then Redis. Safe to run twice. */
import { findProducts } from '../postgres/find-products.js';
import { putSale } from '../postgres/put-sale.js';
import { readClock } from '../postgres/read-clock.js';
import { recordOperatorAction } from '../postgres/record-operator-action.js';
import {
  seedStock as seedStockRows,
  type SeededStock,
  type StockSeeding,
} from '../postgres/seed-stock-rows.js';
import { withTransaction } from '../postgres/with-transaction.js';
import { assertSeedable, type SeedableStock } from './assert-seedable.js';
import type { CatalogDeps } from './catalog-deps.js';
import { isRedisAway } from './is-redis-away.js';
import { sellingStateOf, type SellingState } from './selling-state.js';
import type { StockRow } from './stock-rows.js';
import { syncProducts, type SyncOutcome } from './sync-products.js';

export interface SeedStockRequest {
  /** Applied once per product. For `seed` and `replace` any fresh id will do: a level cannot be set twice. */
  readonly operationId: string;
  readonly mode: StockSeeding['mode'];
  /** Unique by product; `line` is where it stood in the file. */
  readonly rows: readonly (StockRow & { readonly line?: number })[];
  /** Also closes the sale, before a unit can be sold. */
  readonly closed: boolean;
  readonly dryRun: boolean;
  readonly actor: string;
  readonly host: string;
  readonly reason?: string;
}

export interface SeededProduct {
  readonly productId: string;
  /** Units before; null for a product that had no stock. */
  readonly before: number | null;
  readonly seeded: number;
  readonly claimed: number;
  readonly outcome: SeedableStock['outcome'];
  /** What Redis needed; null in a dry run, and when Redis is away. */
  readonly redis: SyncOutcome | null;
  /** Whether the product sells now. */
  readonly selling: SellingState;
}

export interface SeedStockReport {
  readonly dryRun: boolean;
  readonly operationId: string;
  readonly products: readonly SeededProduct[];
  /** Redis is away: Postgres has it all, and the same call again does the rest. */
  readonly unavailable?: readonly 'redis'[];
}

/**
 * All rows or none. A dry run takes the same path and changes nothing. Redis follows the level of seeded units, so
 * reserves that go on meanwhile are never lost or counted twice (see redis/adjust.ts); a product that Redis lost is
 * loaded anew from the orders in Postgres.
 * @throws AppError REFUSED or INPUT_INVALID naming each row that cannot be applied; UNAVAILABLE when Postgres is away;
 *   REBUILDING
 */
export async function seedStock(deps: CatalogDeps, request: SeedStockRequest): Promise<SeedStockReport> {
  const seeded = await seedPostgres(deps, request);
  const productIds = seeded.map((row) => row.productId);
  let synced = new Map<string, SyncOutcome>();
  let redisIsAway = false;
  if (!request.dryRun) {
    try {
      synced = new Map(
        (await syncProducts(deps, productIds)).map((one) => [one.product.productId, one.outcome]),
      );
    } catch (error) {
      if (!isRedisAway(error)) throw error;
      redisIsAway = true;
    }
  }
  const selling = await findSelling(deps, productIds, request);
  const products = seeded.map(({ productId, before, seeded: units, claimed, outcome }) => ({
    productId,
    before,
    seeded: units,
    claimed,
    outcome,
    redis: synced.get(productId) ?? null,
    selling: selling(productId),
  }));
  const report = { dryRun: request.dryRun, operationId: request.operationId, products };
  return redisIsAway ? { ...report, unavailable: ['redis'] } : report;
}

function seedPostgres({ pool }: CatalogDeps, request: SeedStockRequest): Promise<readonly SeedableStock[]> {
  const { operationId, mode, rows, actor, host, reason, dryRun } = request;
  return withTransaction(pool, async (db) => {
    const seeding = { operationId, mode, rows, actor, dryRun, ...(reason === undefined ? {} : { reason }) };
    const seeded: readonly SeededStock[] = await seedStockRows(db, seeding);
    assertSeedable(seeded, rows, { mode, operationId });
    if (dryRun) return seeded;
    const closed = request.closed ? await closeSales(db, rows) : [];
    const changed = seeded.filter((row) => row.outcome !== 'unchanged');
    if (changed.length > 0 || closed.length > 0) {
      await recordOperatorAction(db, {
        actor,
        host,
        command: 'seed-stock',
        arguments: { operationId, mode, closed: request.closed, products: rows.length },
        reason: reason ?? null,
        result: {
          changed: changed.slice(0, RECORDED).map(toRecord),
          changes: changed.length,
          closed: closed.length,
        },
      });
    }
    return seeded;
  });
}

/** Rows written out in the record of an operator action; the movements table has them all. */
const RECORDED = 100;

function toRecord({ productId, before, seeded }: SeededStock): object {
  return { productId, before, seeded };
}

/** Only sales that are not closed yet: closing twice must not raise the revision. @returns the products closed */
async function closeSales(db: Parameters<typeof putSale>[0], rows: readonly StockRow[]): Promise<string[]> {
  const productIds = rows.map((row) => row.productId);
  const open = (await findProducts(db, productIds)).filter((product) => product.sale?.state !== 'CLOSED');
  if (open.length === 0) return [];
  const sales = await putSale(
    db,
    open.map((product) => product.productId),
    { state: 'CLOSED' },
  );
  return sales.map((sale) => sale.productId);
}

/** In a dry run, as it would be. */
async function findSelling(
  { pool }: CatalogDeps,
  productIds: readonly string[],
  { dryRun, closed }: SeedStockRequest,
): Promise<(productId: string) => SellingState> {
  const now = await readClock(pool);
  const products = new Map(
    (await findProducts(pool, productIds)).map((product) => [product.productId, product]),
  );
  return (productId) => {
    if (dryRun && closed) return { state: 'closed' };
    const product = products.get(productId) ?? { price: null, active: true, sale: null };
    return sellingStateOf({ ...product, stock: {} }, now);
  };
}

/** Changes the sales of products: Postgres first, in one transaction, then Redis. Safe to run twice. */
import type { Db } from '../postgres/db.js';
import { findProducts, type ProductRow } from '../postgres/find-products.js';
import { lockProducts } from '../postgres/lock-products.js';
import { putSales } from '../postgres/put-sales.js';
import { readClock } from '../postgres/read-clock.js';
import { recordOperatorAction } from '../postgres/record-operator-action.js';
import { termsOf, type Sale } from '../postgres/sale-row.js';
import { withTransaction } from '../postgres/with-transaction.js';
import type { SaleInRedis } from '../redis/read-sale.js';
import { setSale } from '../redis/set-sale.js';
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
import { planSaleChange, type PlannedSale, type SaleIntent } from './plan-sale-change.js';

export interface ChangeSaleRequest {
  /** Unique; undefined: all products. */
  readonly productIds: readonly string[] | undefined;
  readonly intent: SaleIntent;
  readonly dryRun: boolean;
  readonly actor: string;
  readonly host: string;
  readonly reason?: string;
}

export interface ChangedSale extends PlannedSale {
  readonly productId: string;
  /** In Postgres; null for a product that has no sale of its own. In a dry run the one before. */
  readonly revision: number | null;
  /** How Redis stands to Postgres afterwards; null in a dry run, and when Redis is away. */
  readonly redis: SaleAgreement | null;
  /** What a buyer meets from now on; in a dry run, what one would meet. */
  readonly selling: EffectiveState;
}

export interface ChangeSaleReport {
  readonly dryRun: boolean;
  readonly products: readonly ChangedSale[];
  /** Redis is away: Postgres has it all, and the same call again does the rest. */
  readonly unavailable?: readonly 'redis'[];
}

/** What Postgres was made to say of one product. */
interface WrittenSale extends PlannedSale {
  readonly product: ProductRow;
}

/**
 * All products or none. Effective with the next reserve on any replica, for it asks Redis; accepted orders and their
 * payments go on. Redis keeps its epoch: only rules move, under a revision higher than the one it has, so the later of
 * two changes stays whatever order they arrive in. What is unchanged in Postgres is written to Redis all the same: an
 * earlier run may have ended between the two.
 * @throws AppError PRODUCT_NOT_FOUND; INPUT_INVALID; UNAVAILABLE when Postgres is away
 */
export async function changeSale(deps: CatalogDeps, request: ChangeSaleRequest): Promise<ChangeSaleReport> {
  const { pool, redis, prefix } = deps;
  const named = await findNamedProducts(pool, request.productIds);
  const productIds = named.map((product) => product.productId);
  const first = await lookAtSales(deps, productIds);
  const written = await writePostgres(deps, productIds, request, first.looks);
  const saleOf = new Map(written.map(({ product }) => [product.productId, product.sale]));
  const last = request.dryRun
    ? first
    : await lookAtSales(deps, productIds, async (productId) => {
        const sale = saleOf.get(productId);
        if (sale) await setSale(redis, prefix, sale);
      });
  const now = await readClock(pool);
  // Read after Redis: a change that was made there meanwhile is in Postgres by now.
  const latest = new Map((await findProducts(pool, productIds)).map((one) => [one.productId, one]));
  const products = written.map(({ product, ...planned }): ChangedSale => {
    const { productId, sale } = product;
    const look = last.looks.get(productId);
    // Somebody else's later change may be what buyers meet already.
    const terms = request.dryRun || !look ? planned.after : (look.rules ?? OPEN_TERMS);
    return {
      productId,
      ...planned,
      revision: sale?.revision ?? null,
      redis: request.dryRun || !look ? null : standingOf(latest.get(productId) ?? product, sale, look),
      selling: effectiveStateOf(product, terms, look, now),
    };
  });
  const report = { dryRun: request.dryRun, products };
  return last.redisIsAway ? { ...report, unavailable: ['redis'] } : report;
}

/** A change that somebody else has just made is theirs to write; ours is in force when Redis has it or a later one. */
function standingOf(latest: ProductRow, sale: Sale | null, look: SaleInRedis): SaleAgreement {
  const agreement = agreementOf(latest, look);
  const hasOurs = (look.rules?.revision ?? 0) >= (sale?.revision ?? 0);
  return agreement === 'behind' && hasOurs ? 'agrees' : agreement;
}

function writePostgres(
  { pool }: CatalogDeps,
  productIds: readonly string[],
  request: ChangeSaleRequest,
  looks: ReadonlyMap<string, SaleInRedis>,
): Promise<WrittenSale[]> {
  return withTransaction(pool, async (db) => {
    await lockProducts(db, productIds);
    // After the lock, so that the plan is made of what is there when it is carried out.
    const products = await findNamedProducts(db, productIds);
    const clock = await readClock(db);
    const planned = products.map((product) => {
      const { productId, sale } = product;
      const now = looks.get(productId)?.now ?? clock;
      return { product, ...planSaleChange(productId, sale && termsOf(sale), request.intent, now) };
    });
    if (request.dryRun) return planned;
    const put = await putChanges(db, planned, looks);
    const changed = planned.filter((one) => put.has(one.product.productId));
    if (changed.length > 0) await record(db, changed, request);
    return planned.map((one) => {
      const { product } = one;
      return { ...one, product: { ...product, sale: put.get(product.productId) ?? product.sale } };
    });
  });
}

/** Also what stays gets a new revision where Redis has rules that Postgres lost: an equal one would never arrive. */
async function putChanges(
  db: Db,
  planned: readonly WrittenSale[],
  looks: ReadonlyMap<string, SaleInRedis>,
): Promise<Map<string, Sale>> {
  const sales = planned.flatMap(({ product, after, outcome }) => {
    const { productId } = product;
    const look = looks.get(productId);
    const isAhead = look !== undefined && agreementOf(product, look) === 'ahead';
    if (outcome !== 'changed' && !isAhead) return [];
    return [{ productId, ...after, above: look?.rules?.revision ?? 0 }];
  });
  return new Map((await putSales(db, sales)).map((sale) => [sale.productId, sale]));
}

/** Rows written out in the record of an operator action. */
const RECORDED = 100;

async function record(
  db: Db,
  changed: readonly WrittenSale[],
  { actor, host, intent, reason, productIds }: ChangeSaleRequest,
): Promise<void> {
  const { kind, ...how } = intent;
  await recordOperatorAction(db, {
    actor,
    host,
    command: `sale ${kind}`,
    arguments: { ...how, products: productIds?.slice(0, RECORDED) ?? 'all' },
    reason: reason ?? null,
    result: {
      changed: changed
        .slice(0, RECORDED)
        .map(({ product, before, after }) => ({ productId: product.productId, before, after })),
      changes: changed.length,
    },
  });
}

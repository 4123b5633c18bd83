/** Checks that no unit was lost or sold twice: Postgres against itself, and Redis against Postgres. */
import { AppError } from '../errors.js';
import { inParallel } from '../in-parallel.js';
import { countUnfinishedEndings } from '../postgres/count-unfinished-endings.js';
import { findConservation, type Conservation } from '../postgres/find-conservation.js';
import { findProducts } from '../postgres/find-products.js';
import { compareCustomers, type ComparedCustomers } from './audit-customers.js';
import { lookAtCopies, lookAtRows } from './audit-details.js';
import { judge, NO_DETAILS, type Details } from './audit-judge.js';
import type { AuditedProduct, AuditOptions, AuditReport } from './audit-report.js';
import { countUnits } from './audit-units.js';
import type { CatalogDeps } from './catalog-deps.js';
import { isRedisAway } from './is-redis-away.js';

/** Products at once. */
const WIDTH = 4;
const DEFAULTS: AuditOptions = { leakedAfterMs: 60_000, list: 20, depth: 'full' };

/**
 * Reads all orders once, in one statement, and walks what Redis holds in steps, so memory stays flat and no sale waits.
 * @param productIds only these; all products with stock when left out
 * @throws AppError PRODUCT_NOT_FOUND for an asked product without stock; UNAVAILABLE when Postgres is away
 */
export async function auditProducts(
  deps: CatalogDeps,
  productIds?: readonly string[],
  given: Partial<AuditOptions> = {},
): Promise<AuditReport> {
  const options = { ...DEFAULTS, ...given };
  const found = await findConservation(deps.pool, productIds);
  const missing = productIds?.filter((id) => !found.some((row) => row.productId === id)) ?? [];
  if (missing.length > 0) {
    throw new AppError('PRODUCT_NOT_FOUND', `no stock was ever seeded for ${missing.join(', ')}`, {
      hint: 'ordersctl audit without --product shows all that there are',
    });
  }
  const isFull = options.depth === 'full' && found.length > 0;
  const unfinished = isFull
    ? await countUnfinishedEndings(deps.pool, options.leakedAfterMs)
    : new Map<string, number>();
  let redisIsAway = false;
  const askRedis = async <T>(look: () => Promise<T>): Promise<T | null> => {
    if (redisIsAway) return null;
    try {
      return await look();
    } catch (error) {
      if (!isRedisAway(error)) throw error;
      redisIsAway = true;
      return null;
    }
  };
  const compared = isFull ? await askRedis(() => compareLimited(deps, found)) : null;
  const products = await inParallel(found, WIDTH, async (row) => {
    const details = isFull
      ? await lookAtRows(deps, row, unfinished.get(row.productId) ?? 0, options)
      : NO_DETAILS;
    const known = { details, compared: compared?.get(row.productId) };
    return (await askRedis(() => auditProduct(deps, row, known, options))) ?? judge(row, null, details);
  });
  // A product that was done before Redis went away keeps its figures.
  const ok = !redisIsAway && products.every((product) => product.problem === null);
  return redisIsAway ? { ok, products, unavailable: ['redis'] } : { ok, products };
}

/** Counts of customers matter only where a limit asks for them. */
async function compareLimited(
  deps: CatalogDeps,
  found: readonly Conservation[],
): Promise<Map<string, ComparedCustomers>> {
  const products = await findProducts(
    deps.pool,
    found.map(({ productId }) => productId),
  );
  const limited = products.filter(({ sale }) => (sale?.maxPerCustomer ?? null) !== null);
  return compareCustomers(
    deps,
    limited.map(({ productId }) => productId),
  );
}

async function auditProduct(
  deps: CatalogDeps,
  first: Conservation,
  { details, compared }: { readonly details: Details; readonly compared: ComparedCustomers | undefined },
  options: AuditOptions,
): Promise<AuditedProduct> {
  const look = await countUnits(deps, first, options);
  const copies = options.depth === 'full' ? await lookAtCopies(deps, look, compared, options) : {};
  // The figures shown belong to the last look; the orders are read again only if they moved since the first.
  const { claimed, seeded } = look.level;
  const isAsFirst = claimed === first.claimed && seeded === first.seeded;
  const row = isAsFirst ? first : (await findConservation(deps.pool, [first.productId]))[0];
  return judge(row ?? first, look, { ...details, ...copies });
}

/** Looks whether units were lost or counted twice, and says so only when it is still so after a while. */
import { pause } from '../back-off.js';
import { auditProducts } from '../catalog/audit.js';
import type { AuditedProduct } from '../catalog/audit-report.js';
import type { CatalogDeps } from '../catalog/catalog-deps.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { findProducts } from '../postgres/find-products.js';
import type { SweepPace } from './sweep-deps.js';

export interface DriftingProduct {
  readonly productId: string;
  /**
   * `unbalanced`: seeded is not available + held + sold in Postgres (I2). `drift`: the counter of Redis is off, with
   * everything that is in flight told apart (I3).
   */
  readonly problem: 'unbalanced' | 'drift';
  /** Units: below zero they cannot be sold, above zero buyers are let in for nothing. */
  readonly units: number;
}

/** Long enough for what was on its way to arrive: a drift that passes is none. */
const BETWEEN_LOOKS_MS = 5_000;

/**
 * A product that Redis does not hold, or holds under another epoch, is being rebuilt: that is no drift.
 * @param options.limit products in one round of the audit
 * @param options.betweenMs from the first look to the second
 * @returns what drifted in two audits in a row; undefined when the pass was broken off
 * @throws AppError UNAVAILABLE when Postgres or Redis is away
 */
export async function checkConservation(
  deps: CatalogDeps & { readonly log: Log },
  options: SweepPace & { readonly betweenMs?: number },
): Promise<readonly DriftingProduct[] | undefined> {
  const { limit, signal = new AbortController().signal } = options;
  const products = (await findProducts(deps.pool)).filter((product) => product.stock !== null);
  const suspects = await audit(
    deps,
    products.map(({ productId }) => productId),
    limit,
    signal,
  );
  if (suspects.length > 0) {
    deps.log.debug({ suspects }, 'units do not add up at the moment: looking again');
    await pause(options.betweenMs ?? BETWEEN_LOOKS_MS, signal);
  }
  const again = await audit(
    deps,
    suspects.map(({ productId }) => productId),
    limit,
    signal,
  );
  const drifting = again.filter((now) => suspects.some((before) => isSame(before, now)));
  if (signal.aborted) return undefined;
  for (const { productId, problem, units } of drifting) {
    deps.log.error({ productId, problem, units }, 'units are not conserved: ordersctl audit shows where');
  }
  return drifting;
}

async function audit(
  deps: CatalogDeps,
  productIds: readonly string[],
  limit: number,
  signal: AbortSignal,
): Promise<DriftingProduct[]> {
  const drifting: DriftingProduct[] = [];
  for (let at = 0; at < productIds.length && !signal.aborted; at += limit) {
    const { products, unavailable } = await auditProducts(deps, productIds.slice(at, at + limit), {
      depth: 'units',
    });
    if (unavailable) throw new AppError('UNAVAILABLE', 'Redis is away: the counters could not be checked');
    drifting.push(...products.flatMap(toDrift));
  }
  return drifting;
}

/** What is lost stays lost; what is only late is now missing here and then too many there. */
function isSame(before: DriftingProduct, now: DriftingProduct): boolean {
  return (
    before.productId === now.productId &&
    before.problem === now.problem &&
    Math.sign(before.units) === Math.sign(now.units)
  );
}

function toDrift(product: AuditedProduct): DriftingProduct[] {
  const { productId, problem, seeded, available, held, sold, drift } = product;
  if (problem === 'unbalanced') return [{ productId, problem, units: available + held + sold - seeded }];
  return problem === 'drift' ? [{ productId, problem, units: drift ?? 0 }] : [];
}

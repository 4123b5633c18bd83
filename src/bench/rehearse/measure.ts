/** What is measured in the stores once the sale is over. */
import { pause } from '../../core/back-off.js';
import { auditProducts } from '../../core/catalog/audit.js';
import type { AuditReport } from '../../core/catalog/audit-report.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import type { Db } from '../../core/postgres/db.js';
import { countUnfinished } from '../../core/postgres/rehearsal/count-unfinished.js';
import { sumRoleStats } from '../../core/postgres/sum-role-stats.js';
import { addHistograms, percentileOf } from '../../core/stats/latency-buckets.js';
import { timesOf, type Times } from './report.js';

const SETTLE_POLL_MS = 500;

/**
 * Resolves with the first audit in which nothing is wrong and no unit in flight, else with the last one in time.
 * @param withinMs longer than the sweeps need for the holds of buyers who hung up, or of a killed serve
 */
export async function auditAtRest(
  deps: CatalogDeps,
  productIds: readonly string[],
  withinMs: number,
  signal: AbortSignal,
): Promise<AuditReport> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const audit = await auditProducts(deps, productIds);
    const atRest = audit.ok && audit.products.every((product) => product.inFlight === 0);
    if (atRest || Date.now() > deadline || signal.aborted) return audit;
    await pause(SETTLE_POLL_MS, signal);
  }
}

/**
 * Resolves when nobody has to come back to a row: every ending is finished in Redis and every event published, as far as
 * that happens in time. While the roles still run: what a killed one has left is theirs to finish.
 */
export async function waitUntilFinished(
  db: Db,
  productIds: readonly string[],
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const { open, halfEnded, unpublished } = await countUnfinished(db, productIds);
    if (open + halfEnded + unpublished === 0 || Date.now() > deadline || signal.aborted) return;
    await pause(SETTLE_POLL_MS, signal);
  }
}

/** From the order's row to its saga, as consume has measured it. */
export async function readStartTimes(
  db: Db,
  productIds: readonly string[],
  sinceSeconds: number,
): Promise<Times> {
  const seconds = [];
  for (const productId of productIds) seconds.push(...(await sumRoleStats(db, { sinceSeconds, productId })));
  const histogram = addHistograms(seconds.map((second) => second.latency['start'] ?? {}));
  return timesOf((share) => percentileOf(histogram, share) ?? null);
}

/** What is measured in the stores once the sale is over. */
import { setTimeout as delay } from 'node:timers/promises';
import { auditProducts } from '../../core/catalog/audit.js';
import type { AuditReport } from '../../core/catalog/audit-report.js';
import type { CatalogDeps } from '../../core/catalog/catalog-deps.js';
import type { Db } from '../../core/postgres/db.js';
import { sumRoleStats } from '../../core/postgres/sum-role-stats.js';
import { addHistograms, percentileOf } from '../../core/stats/latency-buckets.js';
import { timesOf, type Times } from './report.js';

/** Longer than the sweep of a demo needs for the holds of a killed serve. */
const SETTLE_TIMEOUT_MS = 30_000;
const SETTLE_POLL_MS = 500;

/** Resolves with the first audit in which nothing is wrong and no unit in flight, else with the last one in time. */
export async function auditAtRest(deps: CatalogDeps, signal: AbortSignal): Promise<AuditReport> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  for (;;) {
    const audit = await auditProducts(deps);
    const atRest = audit.ok && audit.products.every((product) => product.inFlight === 0);
    if (atRest || Date.now() > deadline) return audit;
    await delay(SETTLE_POLL_MS, undefined, { signal });
  }
}

/** From the order's row to its saga, as consume has measured it. */
export async function readStartTimes(db: Db, sinceSeconds: number): Promise<Times> {
  const seconds = await sumRoleStats(db, { sinceSeconds });
  const histogram = addHistograms(seconds.map((second) => second.latency['start'] ?? {}));
  return timesOf((share) => percentileOf(histogram, share) ?? null);
}

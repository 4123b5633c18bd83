/** Looks at the single orders and customers of a product, after its units were counted. */
import { countByStatus } from '../postgres/count-by-status.js';
import type { Conservation } from '../postgres/find-conservation.js';
import { findMisplacedMoney } from '../postgres/find-misplaced-money.js';
import { findUnfinishedEndings } from '../postgres/find-unfinished-endings.js';
import { findWrongCounts, type ComparedCustomers } from './audit-customers.js';
import { NO_DETAILS, type Details, type UnitLook } from './audit-judge.js';
import { walkLostMarks, walkMissingHolds, type LostMark, type MissingHold } from './audit-orders.js';
import type { AuditOptions } from './audit-report.js';
import type { CatalogDeps } from './catalog-deps.js';

/**
 * What Postgres knows by itself.
 * @param unfinished endings of the product that wait for their Redis half for too long
 */
export async function lookAtRows(
  { pool }: CatalogDeps,
  row: Conservation,
  unfinished: number,
  { leakedAfterMs, list }: AuditOptions,
): Promise<Details> {
  const { productId } = row;
  const endings = { productId, olderThanMs: leakedAfterMs, limit: list };
  const hasMoney = row.soldUnpaid + row.paidEnded > 0;
  const isUnbalanced = row.claimed !== row.held + row.sold;
  return {
    ...NO_DETAILS,
    unfinishedEndings: {
      count: unfinished,
      first: unfinished > 0 ? await findUnfinishedEndings(pool, endings) : [],
    },
    misplacedMoney: hasMoney ? await findMisplacedMoney(pool, productId, list) : NO_DETAILS.misplacedMoney,
    ordersByStatus: isUnbalanced ? await countByStatus(pool, productId) : [],
  };
}

/**
 * What Redis must have of each order and customer. Nothing while the product is not loaded, or for another epoch: it is to be
 * rebuilt as a whole then.
 * @param compared undefined where no limit per customer applies
 * @throws AppError UNAVAILABLE
 */
export async function lookAtCopies(
  deps: CatalogDeps,
  { level, redis }: UnitLook,
  compared: ComparedCustomers | undefined,
  options: AuditOptions,
): Promise<Pick<Details, 'missingHolds' | 'customerCounts' | 'lostMarks'>> {
  const { productId, epoch } = level;
  if (redis.available === null || redis.epoch !== epoch) {
    return { missingHolds: null, customerCounts: null, lostMarks: null };
  }
  const { list, leakedAfterMs } = options;
  const missing: MissingHold[] = [];
  const missed = { count: 0, units: 0, marked: 0 };
  for await (const page of walkMissingHolds(deps, productId, { epoch, leakedAfterMs })) {
    missed.count += page.length;
    for (const { quantity, hasMark } of page) {
      missed.units += quantity;
      if (hasMark) missed.marked += 1;
    }
    missing.push(...page.slice(0, list - missing.length));
  }
  const marks: LostMark[] = [];
  let lost = 0;
  for await (const page of walkLostMarks(deps, productId, { epoch })) {
    lost += page.length;
    marks.push(...page.slice(0, list - marks.length));
  }
  return {
    missingHolds: { ...missed, first: missing },
    lostMarks: { count: lost, first: marks },
    customerCounts: compared ? await lookAtCustomers(deps, productId, compared, options) : null,
  };
}

async function lookAtCustomers(
  deps: CatalogDeps,
  productId: string,
  { checked, suspects }: ComparedCustomers,
  { leakedAfterMs, list }: AuditOptions,
): Promise<Details['customerCounts']> {
  const wrong = await findWrongCounts(deps, productId, suspects, { leakedAfterMs });
  return { checked, count: wrong.length, first: wrong.slice(0, list) };
}

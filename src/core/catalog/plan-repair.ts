/** What an audit that found something would have done about it. */
import type { AuditedProduct, AuditReport } from './audit-report.js';

/**
 * - `rebuild`: the whole product in Redis from Postgres, under a new epoch; closed meanwhile, mostly under a second
 * - `follow-stock`: the counter follows a change of seeded units that it missed; nothing is closed
 * - `release-holds`: ends leaked holds, each only after a final row of its reservation is committed
 * - `put-holds-back`: writes the holds that live orders have lost
 * - `finish-endings`: releases or settles what ended orders still have in Redis
 * - `set-counts`: sets what customers hold or have bought, where limits count it
 * - `set-marks`: marks ended reservations again
 * - `none`: only a person can decide it; nothing of the product is touched
 */
export type RepairAction =
  | 'rebuild'
  | 'follow-stock'
  | 'release-holds'
  | 'put-holds-back'
  | 'finish-endings'
  | 'set-counts'
  | 'set-marks'
  | 'none';

export interface PlannedRepair {
  readonly productId: string;
  readonly action: RepairAction;
  /** Holds, orders or customers; 1 for what concerns the product as a whole. */
  readonly count: number;
  /** What was found. */
  readonly reason: string;
}

/**
 * A wrong counter is never corrected by a difference: while a sale goes on nobody can measure one exactly. The product is
 * rebuilt instead, which closes it for a moment and mends every other copy with it. With a right counter each
 * hold, count and mark is mended by itself, and nothing is closed.
 */
export function planRepair(report: AuditReport): PlannedRepair[] {
  return report.products.flatMap(planProduct);
}

/** Those that change something. */
export function repairable(planned: readonly PlannedRepair[]): PlannedRepair[] {
  return planned.filter(({ action }) => action !== 'none');
}

function planProduct(product: AuditedProduct): PlannedRepair[] {
  const { productId, problems } = product;
  const plan = (action: RepairAction, count: number, reason: string): PlannedRepair[] =>
    count > 0 ? [{ productId, action, count, reason }] : [];
  const money = plan('none', product.misplacedMoney.count, MONEY);
  if (problems.includes('unbalanced')) return [...plan('none', 1, unbalancedText(product)), ...money];
  const endings = plan(
    'finish-endings',
    product.unfinishedEndings.count,
    'endings whose Redis half nobody has done',
  );
  const why = reasonToRebuild(product);
  if (why !== null) return [...plan('rebuild', 1, why), ...endings, ...money];
  const behind = product.drift !== 0 && product.followsStock === false ? 1 : 0;
  return [
    ...plan('follow-stock', behind, 'the counter missed a change of seeded units'),
    ...plan('release-holds', product.leakedHolds?.count ?? 0, 'holds that no order needs any more'),
    ...plan('put-holds-back', product.missingHolds?.count ?? 0, 'live orders without their hold'),
    ...endings,
    ...plan('set-counts', product.customerCounts?.count ?? 0, 'customers whose units are counted wrong'),
    ...plan('set-marks', product.lostMarks?.count ?? 0, 'ended reservations without their mark'),
    ...money,
  ];
}

function reasonToRebuild(product: AuditedProduct): string | null {
  const { problems, drift, followsStock, unreadableHolds, totalsOff, missingHolds } = product;
  if (problems.includes('not-loaded')) return 'Redis does not hold it';
  if (problems.includes('other-epoch')) return 'Redis holds it under another epoch';
  if (problems.includes('drift') && followsStock !== false) {
    const units = drift ?? 0;
    return `the counter is ${Math.abs(units)} too ${units > 0 ? 'high' : 'low'}`;
  }
  if (problems.includes('unreadable')) return `${unreadableHolds ?? 0} holds are not readable`;
  if (problems.includes('totals')) return `the total of held units is off by ${totalsOff ?? 0}`;
  // Its mark would keep the hold from coming back; what is loaded anew asks no mark.
  return (missingHolds?.marked ?? 0) > 0 ? 'live orders are marked as ended in Redis' : null;
}

function unbalancedText({ seeded, available, held, sold }: AuditedProduct): string {
  return `the stock row claims ${seeded - available} units, its orders add up to ${held + sold}: a person must decide which is right`;
}

const MONEY = 'money and ending contradict each other: a person must decide';

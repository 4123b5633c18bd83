/** Judges what was counted: which figures must agree, and what is wrong when they do not. */
import type { StatusCount } from '../postgres/count-by-status.js';
import type { Conservation } from '../postgres/find-conservation.js';
import type { MisplacedMoney } from '../postgres/find-misplaced-money.js';
import type { StockLevelRow } from '../postgres/find-stock-levels.js';
import type { UnfinishedEnding } from '../postgres/find-unfinished-endings.js';
import type { RedisLook } from './audit-look.js';
import type { LostMark } from './audit-orders.js';
import { AUDIT_PROBLEMS, type AuditedProduct, type AuditProblem, type Found } from './audit-report.js';

/** Counted in Redis between two readings of the stock row. */
export interface UnitLook {
  readonly level: StockLevelRow;
  readonly redis: RedisLook;
  /** Units that moved in Postgres meanwhile. */
  readonly moved: number;
}

/** What takes a look at each order or customer. Null where it was not looked for. */
export interface Details {
  readonly missingHolds: AuditedProduct['missingHolds'];
  readonly customerCounts: AuditedProduct['customerCounts'];
  readonly lostMarks: Found<LostMark> | null;
  readonly unfinishedEndings: Found<UnfinishedEnding>;
  readonly misplacedMoney: Found<MisplacedMoney>;
  readonly ordersByStatus: readonly StatusCount[];
}

const NOTHING = { count: 0, first: [] };
export const NO_DETAILS: Details = {
  missingHolds: null,
  customerCounts: null,
  lostMarks: null,
  unfinishedEndings: NOTHING,
  misplacedMoney: NOTHING,
  ordersByStatus: [],
};

/** @param look null while Redis is away: then only Postgres is judged */
export function judge(row: Conservation, look: UnitLook | null, details: Details): AuditedProduct {
  const units = countUnits(look);
  const problems = AUDIT_PROBLEMS.filter((problem) => isProblem(problem, row, look, details, units));
  return {
    productId: row.productId,
    seeded: row.seeded,
    available: row.seeded - row.claimed,
    held: row.held,
    sold: row.sold,
    redisAvailable: look?.redis.available ?? null,
    inFlight: units.inFlight?.units ?? null,
    drift: units.drift,
    problem: problems[0] ?? null,
    problems,
    moving: look !== null && look.moved + look.redis.moved > 0,
    followsStock: look === null ? null : look.redis.movements >= look.level.movements,
    holdsInFlight: units.inFlight,
    leakedHolds: units.leaked,
    unreadableHolds: look?.redis.unreadable ?? null,
    totalsOff: units.totalsOff,
    ...details,
  };
}

interface Units {
  readonly drift: number | null;
  readonly inFlight: RedisLook['inFlight'] | null;
  readonly leaked: RedisLook['leaked'] | null;
  readonly totalsOff: number | null;
}

/** A drift within what moved meanwhile is none. */
function countUnits(look: UnitLook | null): Units {
  const available = look?.redis.available ?? null;
  if (look === null || available === null) {
    return { drift: null, inFlight: null, leaked: null, totalsOff: null };
  }
  const { inFlight, leaked, totalsOff, moved } = look.redis;
  const { seeded, claimed } = look.level;
  const measured = available + inFlight.units + leaked.units - (seeded - claimed);
  const drift = Math.abs(measured) <= look.moved + moved ? 0 : measured;
  return { drift, inFlight, leaked, totalsOff };
}

function isProblem(
  problem: AuditProblem,
  row: Conservation,
  look: UnitLook | null,
  details: Details,
  { drift, leaked, totalsOff }: Units,
): boolean {
  switch (problem) {
    case 'unbalanced':
      return row.claimed !== row.held + row.sold;
    case 'not-loaded':
      return look !== null && look.redis.available === null;
    case 'other-epoch':
      return look !== null && look.redis.available !== null && look.redis.epoch !== look.level.epoch;
    case 'drift':
      return drift !== null && drift !== 0;
    case 'unreadable':
      return (look?.redis.unreadable ?? 0) > 0;
    case 'totals':
      // A hold that is missing may still be in the total, and right there once it is put back.
      return (totalsOff ?? 0) !== 0 && details.missingHolds?.count === 0;
    case 'leaked':
      return leaked !== null && leaked.count > 0;
    case 'missing':
      return (details.missingHolds?.count ?? 0) > 0;
    case 'customers':
      return (details.customerCounts?.count ?? 0) > 0;
    case 'unfinished':
      return details.unfinishedEndings.count > 0;
    case 'marks':
      return (details.lostMarks?.count ?? 0) > 0;
    case 'money':
      return details.misplacedMoney.count > 0;
  }
}

/** What an audit says. */
import type { StatusCount } from '../postgres/count-by-status.js';
import type { MisplacedMoney } from '../postgres/find-misplaced-money.js';
import type { UnfinishedEnding } from '../postgres/find-unfinished-endings.js';
import type { WrongCount } from './audit-customers.js';
import type { UnclaimedHold } from './audit-holds.js';
import type { LostMark, MissingHold } from './audit-orders.js';

/**
 * The gravest first.
 * - `unbalanced`: the stock row does not claim what the orders add up to (I2)
 * - `not-loaded`: Redis does not hold the product
 * - `other-epoch`: Redis was loaded under another epoch, so its orders are refused
 * - `drift`: the counter is wrong (I3)
 * - `unreadable`: holds that are no holds, or cannot be those of an order
 * - `totals`: the total of held units is not that of the holds
 * - `leaked`: holds whose reservation is over, or that no order ever came for, for too long
 * - `missing`: orders that are not final and have no hold, so their end would give nothing back
 * - `customers`: what a limit counts is not what the customer holds or has bought
 * - `unfinished`: endings whose Redis half nobody has done for too long (I8)
 * - `marks`: ended reservations whose mark is lost, so a resend would take a unit
 * - `money`: sold without a capture, or money kept for an order that ended otherwise (I10)
 */
export const AUDIT_PROBLEMS = [
  'unbalanced',
  'not-loaded',
  'other-epoch',
  'drift',
  'unreadable',
  'totals',
  'leaked',
  'missing',
  'customers',
  'unfinished',
  'marks',
  'money',
] as const;
export type AuditProblem = (typeof AUDIT_PROBLEMS)[number];

/** All that were found, by number, and the first of them. */
export interface Found<T> {
  readonly count: number;
  readonly first: readonly T[];
}
export interface FoundUnits<T> extends Found<T> {
  readonly units: number;
}

export interface AuditedProduct {
  readonly productId: string;
  /** seeded = available + held + sold (I2), or the product is `unbalanced`. */
  readonly seeded: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
  /** The counter; null when the product is not loaded or Redis is away. */
  readonly redisAvailable: number | null;
  /** Units of young holds in Redis that no order in Postgres claims yet, or any more. */
  readonly inFlight: number | null;
  /**
   * redisAvailable + inFlight + units of leaked holds − available (I3). Below zero units cannot be sold, above zero
   * buyers are refused late.
   */
  readonly drift: number | null;
  /** The gravest of `problems`; null for none. */
  readonly problem: AuditProblem | null;
  readonly problems: readonly AuditProblem[];
  /** The figures moved while they were read, so a drift within that movement counts as none. */
  readonly moving: boolean;
  /** How far the counter follows the changes of seeded units; behind Postgres, that alone explains a drift. */
  readonly followsStock: boolean | null;
  readonly holdsInFlight: FoundUnits<UnclaimedHold> | null;
  readonly leakedHolds: FoundUnits<UnclaimedHold> | null;
  readonly unreadableHolds: number | null;
  /** Units in the total beyond those of the holds; null when Redis moved meanwhile. */
  readonly totalsOff: number | null;
  /** `marked`: of them marked as ended in Redis, which keeps a hold from being put back. */
  readonly missingHolds: (FoundUnits<MissingHold> & { readonly marked: number }) | null;
  /** Null where no limit per customer applies. */
  readonly customerCounts: (Found<WrongCount> & { readonly checked: number }) | null;
  readonly unfinishedEndings: Found<UnfinishedEnding>;
  readonly lostMarks: Found<LostMark> | null;
  readonly misplacedMoney: Found<MisplacedMoney>;
  /** Of an `unbalanced` product, for a person to look at. */
  readonly ordersByStatus: readonly StatusCount[];
}

export interface AuditReport {
  readonly ok: boolean;
  readonly products: readonly AuditedProduct[];
  /** What could not be reached; then only the other half was checked. */
  readonly unavailable?: readonly 'redis'[];
}

export interface AuditOptions {
  /** A hold without an order, or an ending without its Redis half, is in flight for so long and leaked after it. */
  readonly leakedAfterMs: number;
  /** Found things listed of each kind; all are counted. */
  readonly list: number;
  /** `units`: the counts alone, for those who look all the time. */
  readonly depth: 'units' | 'full';
}

/** What is known of a sale when it is over; the verdict is made of nothing else. */
import type { AuditReport } from '../../core/catalog/audit-report.js';
import type { Order } from '../../core/order.js';
import type { Tally } from '../load/tally.js';
import type { Goods } from './goods.js';
import type { Kill, LatencyTargets } from './report.js';

/** How the payments of a sale end, as far as it is known beforehand. */
export interface PaymentRules {
  /** Users whose id begins with it are declined for good; null: nobody is for that reason. */
  readonly declinedPrefix: string | null;
  /** Users whose id begins with it pay by hand; null: nobody does. */
  readonly latePrefix: string | null;
  /** Whether the gateway may decline others, by rules that this process does not make. */
  readonly othersMayBeDeclined: boolean;
  /** From the start of the saga. */
  readonly payWithinMs: number;
}

export interface Observations {
  readonly goods: readonly Goods[];
  readonly buyers: number;
  /** What the buyers saw. */
  readonly tally: Tally;
  /** What stands in Postgres. */
  readonly orders: readonly Order[];
  readonly audit: AuditReport;
  readonly rules: PaymentRules;
  /** Units that one customer may have; null: as many as there are. */
  readonly customerLimit: number | null;
  readonly kills: readonly Kill[];
  /** Processes that ended though nobody had asked them to. */
  readonly crashes: readonly string[];
  /** Null: times are only shown. */
  readonly targets: LatencyTargets | null;
  /** A signal closed the sale before its time. */
  readonly cutShort: boolean;
}

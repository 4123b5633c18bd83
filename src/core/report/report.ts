/** The closing report of a sale: everything in it is data, to be shown in any form. Fields are only ever added. */
import type { SaleState } from '../postgres/sale-row.js';
import type { Percentiles } from '../postgres/report/measure-order-times.js';
import type { UnitProof } from '../postgres/report/prove-units.js';
import type { TopCustomer } from '../postgres/report/find-top-customers.js';

export interface Tally {
  readonly orders: number;
  readonly units: number;
}

/** Orders accepted in the window, by how they stand now. accepted = open + sold + expired + cancelled + failed. */
export interface OrderFigures {
  readonly accepted: Tally;
  /** A saga has begun them. */
  readonly started: Tally;
  readonly paid: Tally;
  /** Confirmed, and not restocked after a refund. */
  readonly sold: Tally;
  /** Confirmed, refunded, and their units put back on sale. */
  readonly restocked: Tally;
  /** Not final yet. */
  readonly open: Tally;
  readonly expired: Tally;
  readonly cancelled: {
    readonly byCustomer: Tally;
    readonly byOperator: Tally;
    /** Cancelled, and the row does not say by whom. */
    readonly other: Tally;
  };
  /** By failure code, most frequent first. */
  readonly failed: readonly (Tally & { readonly code: string })[];
  /** A person has to look at them. */
  readonly underReview: number;
}

/** Amounts of one currency, in minor units. taken = kept + givenBack + due + undecided. */
export interface MoneyFigures {
  readonly currency: string;
  /** Amounts of all confirmed orders, those refunded later included. */
  readonly grossMinor: number;
  /** Of these, what was given back after the sale. */
  readonly refundedMinor: number;
  /** gross − refunded. */
  readonly netMinor: number;
  /** What customers paid, for whatever it turned out to be. */
  readonly takenMinor: number;
  readonly keptMinor: number;
  readonly givenBackMinor: number;
  /** Must go back and has not yet. */
  readonly dueMinor: number;
  /** Late money that nobody has decided about yet. */
  readonly undecidedMinor: number;
}

export interface PaymentCounts {
  readonly payments: number;
  /** Of their orders. */
  readonly units: number;
}

export interface RefundFigures {
  /** Sales that were undone: the goods had been sold. */
  readonly ofSales: PaymentCounts;
  /** Orders that had ended before they were confirmed. */
  readonly ofEndedOrders: PaymentCounts;
  readonly due: PaymentCounts;
  /** Among the due ones: the gateway refuses, so a person has to. */
  readonly refusedByGateway: number;
}

/** Payments that came when their order had ended, or was paid already. */
export interface LateFigures {
  readonly soldAfterAll: PaymentCounts;
  readonly givenBack: PaymentCounts;
  readonly due: PaymentCounts;
  /** Nobody has decided yet. */
  readonly undecided: PaymentCounts;
}

export interface UnitFigures {
  /** Units there are now. */
  readonly seeded: number;
  /** What operators did, in units, ever; they add up to seeded, less what was changed otherwise. */
  readonly firstSeeded: number;
  readonly added: number;
  readonly removed: number;
  /** By setting another level: up or down. */
  readonly replaced: number;
  readonly restocked: number;
  /** Changed by something else than this tool. */
  readonly unexplained: number;
  readonly available: number;
  readonly held: number;
  readonly sold: number;
}

export interface CustomerFigures {
  readonly customers: number;
  readonly buyers: number;
  /** Null without a limit; not known for all products together. */
  readonly atLimit: number | null;
  /** Share of the units that the ten buyers with the most have, 0 to 1; null when nothing was bought. */
  readonly topTenShare: number | null;
}

export interface CodeCount {
  readonly code: string;
  readonly count: number;
}

/** Milliseconds; null where nothing was measured, or figures are no longer kept. */
export interface TimeFigures {
  /** From the request to its 202. */
  readonly accept: Percentiles;
  /** From accepted to the saga's first step, to the payment, to confirmed. */
  readonly started: Percentiles;
  readonly paid: Percentiles;
  readonly confirmed: Percentiles;
  /** Orders whose timeline was looked at for the last three. */
  readonly sampled: number;
}

export interface PaceFigures {
  readonly firstOrderAt: Date | null;
  readonly lastOrderAt: Date | null;
  readonly lastSaleAt: Date | null;
  /** Accepted in the busiest second. */
  readonly peakOrdersPerSecond: number;
  /** Confirmed in the busiest second. */
  readonly peakSalesPerSecond: number;
  /** When no unit was left for the first time; null when some always were, or the window begins after the first order. */
  readonly soldOutAt: Date | null;
  /** From the first order to soldOutAt. */
  readonly soldOutAfterMs: number | null;
}

export interface SaleFigures {
  readonly orders: OrderFigures;
  readonly money: readonly MoneyFigures[];
  readonly refunds: RefundFigures;
  readonly late: LateFigures;
  /** Answers to POST /orders; null when figures of that time are no longer kept. */
  readonly requests: number | null;
  /** A key that was used again got its own order again. */
  readonly repeated: number | null;
  /** By code, most frequent first. */
  readonly refusals: readonly CodeCount[];
  readonly customers: CustomerFigures;
  readonly times: TimeFigures;
  readonly pace: PaceFigures;
  /** Null for a product that was never seeded. */
  readonly units: UnitFigures | null;
}

export interface ProductReport extends SaleFigures {
  readonly productId: string;
  readonly name: string;
  readonly saleState: SaleState | 'NO_SALE';
  readonly maxPerCustomer: number | null;
}

export interface ReportedAction {
  readonly at: Date;
  readonly actor: string;
  readonly host: string;
  readonly command: string;
  readonly reason: string | null;
  /** What the record names; null when it names none. */
  readonly products: readonly string[] | null;
  readonly arguments: unknown;
  readonly result: unknown;
}

export interface SaleChange {
  readonly at: Date;
  readonly productId: string;
  /** Null before the product had a sale of its own. */
  readonly from: string | null;
  readonly to: string;
  readonly actor: string;
  readonly reason: string | null;
}

/** A stretch of the time line; counts are of the whole stretch. */
export interface Stretch {
  readonly from: Date;
  readonly accepted: number;
  readonly confirmed: number;
  /** Null where figures are no longer kept. */
  readonly refused: number | null;
  /** Of accepted requests. */
  readonly accept: Percentiles;
}

export interface FunnelStage {
  readonly stage: 'requests' | 'accepted' | 'started' | 'paid' | 'confirmed';
  /** Requests for the first, orders for the others. */
  readonly count: number;
  /** Why fewer reached the next one. They add up to the difference, for a sale at rest. */
  readonly losses: readonly CodeCount[];
}

export interface DeadLetterFigures {
  /** Nobody did anything about them. */
  readonly open: number;
  /** Replayed or dropped. */
  readonly handled: number;
  readonly byReason: readonly CodeCount[];
  /** There are more: counting was stopped. */
  readonly capped: boolean;
}

export type ReportProblem = 'oversold' | 'not-conserved';

export interface Report {
  readonly schemaVersion: 1;
  /** By Postgres's clock: everything is as it stood then. */
  readonly madeAt: Date;
  readonly madeBy: string;
  /** Orders accepted within it, both ends included; null when there are none and no window was asked for. */
  readonly window: { readonly since: Date; readonly until: Date; readonly asked: boolean } | null;
  readonly verdict: 'passed' | 'failed';
  readonly problems: readonly { readonly problem: ReportProblem; readonly productId: string }[];
  /** Units sold beyond those there are, over all products. */
  readonly oversold: number;
  readonly total: SaleFigures;
  /** Sorted by product. */
  readonly products: readonly ProductReport[];
  /** Refused before a product was known, while the sale ran. */
  readonly refusedWithoutProduct: readonly CodeCount[];
  readonly funnel: readonly FunnelStage[];
  readonly timeline: { readonly stretchSeconds: number; readonly stretches: readonly Stretch[] };
  /** Answers counted per upper bound in milliseconds. */
  readonly acceptHistogram: Readonly<Record<string, number>>;
  readonly saleChanges: readonly SaleChange[];
  readonly actions: { readonly listed: readonly ReportedAction[]; readonly count: number };
  /** Null when Kafka was not asked, or is away. */
  readonly deadLetters: DeadLetterFigures | null;
  /** Null unless asked for. */
  readonly topCustomers: readonly TopCustomer[] | null;
  /** Per-second figures exist from here on; earlier refusals and accept times cannot be told. Null when all are there. */
  readonly figuresSince: Date | null;
  readonly proof: {
    readonly sql: string;
    readonly parameters: readonly (readonly string[])[];
    readonly rows: readonly UnitProof[];
  };
  readonly unavailable: readonly { readonly store: string; readonly reason: string }[];
}

/** What a rehearsal, and a demo, reports: for people and as JSON. */
import type { AuditedProduct } from '../../core/catalog/audit-report.js';
import type { TrickCount } from '../load/tally.js';
import type { KillPoint } from './names.js';

/** Upper bounds in milliseconds; null when nothing was measured. */
export interface Times {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

export function timesOf(percentile: (share: number) => number | null): Times {
  return { p50Ms: percentile(0.5), p95Ms: percentile(0.95), p99Ms: percentile(0.99) };
}

export interface Check {
  /** A sentence that is true when the check is ok. */
  readonly name: string;
  readonly ok: boolean;
  /** The figures behind it. */
  readonly detail: string;
}

export interface Kill {
  readonly point: KillPoint;
  /** After the opening. */
  readonly afterSeconds: number;
  /** From its end to its being back. */
  readonly backAfterSeconds: number;
}

/** Of the time from the moment a buyer was due to the 202. */
export interface LatencyTargets {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Additive changes only. */
export interface RehearsalReport {
  readonly schemaVersion: 1;
  readonly run: string;
  /** `interrupted`: a signal closed the sale early, and the checks are of what there was until then. */
  readonly verdict: 'passed' | 'failed' | 'interrupted';
  /** Units sold beyond those there were, over all products. */
  readonly oversold: number;
  readonly sale: {
    readonly buyers: number;
    readonly units: number;
    readonly products: number;
    readonly seconds: number;
    readonly requests: number;
  };
  readonly orders: {
    readonly accepted: number;
    readonly acceptedUnits: number;
    readonly confirmed: number;
    readonly confirmedUnits: number;
    /** Ended without being confirmed; their units were given back and could be sold again. */
    readonly failed: number;
    readonly givenBackUnits: number;
  };
  /** Buyers by the code of their refusal. */
  readonly refused: Readonly<Record<string, number>>;
  /** Buyers whose answer was lost and who had no key to ask again with, by reason. */
  readonly unanswered: Readonly<Record<string, number>>;
  /** Buyers who did not wait for their answer and did not come back. */
  readonly hungUp: number;
  readonly paidByHand: { readonly inTime: number; readonly tooLate: number };
  /** By trick. */
  readonly cheats: Readonly<Record<string, TrickCount>>;
  /** What the times below were measured on, and how busy it was just after the sale. */
  readonly machine: { readonly cores: number; readonly loadAverage: number };
  readonly latency: {
    /** From the moment a buyer was due to the 202. */
    readonly accept: Times;
    /** From the moment a buyer was due to the first answer of any kind. */
    readonly answer: Times;
    /** From the order's row to its saga, by role_stats. */
    readonly start: Times;
    /** From the moment a buyer was due to the sending: what the machine of the buyers added. */
    readonly sending: Times;
  };
  readonly targets: (LatencyTargets & { readonly judged: boolean }) | null;
  readonly readAtOnce: { readonly asked: number; readonly readable: number };
  readonly repeatedKeys: { readonly asked: number; readonly sameOrder: number };
  readonly killed: readonly Kill[];
  readonly products: readonly AuditedProduct[];
  readonly checks: readonly Check[];
  /** From the plan to the verdict. */
  readonly totalSeconds: number;
}

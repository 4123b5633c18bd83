/** What a run of doctor comes to. */
import { EXIT } from '../errors.js';
import type { Reach } from './reach/reach.js';
import type { CheckedLines, Line } from './run-checks.js';

export interface DoctorReport extends CheckedLines {
  readonly ok: boolean;
  /** Null unless it was asked for a sale. */
  readonly goLive: GoLive | null;
}

export interface GoLive {
  readonly verdict: 'GO' | 'NO GO';
  readonly productIds: readonly string[];
  /** What stands against it: everything that failed, and what could not be looked at. */
  readonly blockers: readonly Line[];
}

export interface ReportOptions {
  /** Warnings count as failures. */
  readonly strict: boolean;
  /** Of a go-live list; null for the deployment as such. */
  readonly forSale: readonly string[] | null;
}

export function toReport(checked: CheckedLines, { strict, forSale }: ReportOptions): DoctorReport {
  const isBad = ({ status }: Line) => status === 'failed' || (strict && status === 'warning');
  const blockers = checked.lines.filter((line) => isBad(line) || line.status === 'skipped');
  const goLive: GoLive | null =
    forSale === null
      ? null
      : { verdict: blockers.length > 0 ? 'NO GO' : 'GO', productIds: forSale, blockers };
  const isWell = goLive ? goLive.verdict === 'GO' : !checked.lines.some(isBad);
  return { ...checked, goLive, ok: isWell && checked.unavailable.length === 0 };
}

/**
 * 5 when a store was away, whatever else was found: the answer is partial. 2 when no store could even be tried, since
 * none is configured. Else 3 for anything found.
 */
export function exitCodeOf(report: DoctorReport, reaches: ReadonlyMap<unknown, Reach>): number {
  if (report.unavailable.length > 0) return EXIT.unreachable;
  const tried = [...reaches.values()];
  if (tried.length > 0 && tried.every(({ kind }) => kind === 'unset')) return EXIT.usage;
  return report.ok ? EXIT.ok : EXIT.problem;
}

/** What the benchmark says, and what is asked of it. */
import type { SubjectName } from './subjects.js';

export interface BenchRow {
  /** Name in docs/performance.md. */
  readonly row: 'P1' | 'P1b' | 'P2' | 'P3' | 'P3 with key' | 'P4 p50' | 'P4 p99' | 'P8' | 'relay';
  readonly what: string;
  readonly unit: 'ratio' | 'ms';
  /** Median over the rounds. */
  readonly value: number;
  /** Smallest and largest round. */
  readonly spread: readonly [number, number];
  readonly target: { readonly atLeast: number } | { readonly atMost: number };
  readonly met: boolean;
}

export interface BenchReport {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly machine: {
    readonly cores: number;
    readonly model: string;
    readonly node: string;
    /** When it began: above about 0.3 somebody else was busy. */
    readonly loadAverage: number;
  };
  readonly method: {
    readonly rounds: number;
    readonly secondsEach: number;
    readonly connections: number;
    readonly storedOrders: number;
  };
  /** Requests per second, median over the rounds. */
  readonly rates: Readonly<Partial<Record<SubjectName, number>>>;
  readonly openModel: { readonly ratePerSecond: number; readonly p50: number; readonly p99: number };
  readonly rows: readonly BenchRow[];
}

/** @param values not empty */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** @param values one of each round */
export function toRow(
  row: BenchRow['row'],
  what: string,
  unit: BenchRow['unit'],
  values: readonly number[],
  target: BenchRow['target'],
): BenchRow {
  const round = (value: number) => Math.round(value * 100) / 100;
  const value = round(median(values));
  const met = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
  const spread = [round(Math.min(...values)), round(Math.max(...values))] as const;
  return { row, what, unit, value, spread, target, met };
}

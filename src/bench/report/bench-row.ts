/** One row of a benchmark: what came out, and what is asked of it. */

export interface BenchRow<Name extends string = string> {
  /** Name in docs/performance.md. */
  readonly row: Name;
  readonly what: string;
  readonly unit: 'ratio' | 'ms' | '%';
  /** Median over the rounds. */
  readonly value: number;
  /** Smallest and largest round. */
  readonly spread: readonly [number, number];
  readonly target: { readonly atLeast: number } | { readonly atMost: number };
  readonly met: boolean;
}

/** @param values not empty */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** @param values one of each round */
export function toRow<Name extends string>(
  row: Name,
  what: string,
  unit: BenchRow['unit'],
  values: readonly number[],
  target: BenchRow['target'],
): BenchRow<Name> {
  const round = (value: number) => Math.round(value * 100) / 100;
  const value = round(median(values));
  const met = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
  const spread = [round(Math.min(...values)), round(Math.max(...values))] as const;
  return { row, what, unit, value, spread, target, met };
}

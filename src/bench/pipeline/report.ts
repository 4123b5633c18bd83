/** What the benchmark of the pipeline says. */
import type { BenchMachine } from '../report/bench-machine.js';
import type { BenchRow } from '../report/bench-row.js';
import type { SubjectName } from './subjects.js';

export interface PipelineReport {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly machine: BenchMachine;
  readonly method: {
    readonly rounds: number;
    /** Of each measurement of P7; three times as many of P6. */
    readonly ordersEach: number;
    /** Of each measurement of P5. */
    readonly secondsEach: number;
    /** Starts in flight. */
    readonly concurrency: number;
    /** Orders per second of P5. */
    readonly ratePerSecond: number;
  };
  /** Workflows per second, median over the rounds: consume and pipeline with their ceilings. */
  readonly rates: Readonly<Record<SubjectName, number>>;
  readonly rows: readonly BenchRow<'P5 p50' | 'P5 p99' | 'P6' | 'P7'>[];
}

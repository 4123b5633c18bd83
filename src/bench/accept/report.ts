/** What the benchmark of accepts says. */
import type { BenchMachine } from '../report/bench-machine.js';
import type { BenchRow } from '../report/bench-row.js';
import type { SubjectName } from './subjects.js';

export type AcceptRow = BenchRow<
  'P1' | 'P1b' | 'P2' | 'P3' | 'P3 with key' | 'P4 p50' | 'P4 p99' | 'P8' | 'relay'
>;

export interface BenchReport {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly machine: BenchMachine;
  readonly method: {
    readonly rounds: number;
    readonly secondsEach: number;
    readonly connections: number;
    readonly storedOrders: number;
  };
  /** Requests per second, median over the rounds. */
  readonly rates: Readonly<Partial<Record<SubjectName, number>>>;
  readonly openModel: { readonly ratePerSecond: number; readonly p50: number; readonly p99: number };
  readonly rows: readonly AcceptRow[];
}

/** What the benchmark of watching says. */
import type { StoreName } from '../../core/partial-answer.js';
import type { BenchMachine } from '../report/bench-machine.js';
import type { BenchRow } from '../report/bench-row.js';

export interface TopBenchReport {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly machine: BenchMachine;
  readonly method: {
    readonly rounds: number;
    readonly pollsPerRound: number;
    readonly intervalMs: number;
    readonly storedOrders: number;
    readonly products: number;
  };
  /** Of each store and situation: what polling at the default interval takes of its capacity, in percent. */
  readonly rows: readonly BenchRow[];
  readonly polls: readonly PollFigures[];
  /** Microseconds that a role spends to count one accepted order. */
  readonly countingMicros: number;
}

/** Medians of one poll. */
export interface PollFigures {
  readonly situation: string;
  readonly store: StoreName;
  /** Processor time of the server. */
  readonly processorMs: number;
  /** From asking to having the answer. */
  readonly tookMs: number;
  /** Statements, commands or requests, on average. */
  readonly calls: number;
}

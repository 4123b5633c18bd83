/** What the benchmark of operators' commands says. */
import type { StoreName } from '../../core/partial-answer.js';
import type { BenchMachine } from '../report/bench-machine.js';
import type { BenchRow } from '../report/bench-row.js';

export interface OperatorsReport {
  readonly schemaVersion: 1;
  readonly at: string;
  readonly machine: BenchMachine;
  readonly method: { readonly rounds: number; readonly storedOrders: number; readonly liveOrders: number };
  /** Store time of each command, against its target. */
  readonly rows: readonly BenchRow[];
  /** Medians by command: the whole of it in a warm process, and each store alone. */
  readonly times: readonly CommandTimes[];
  /** Most memory of this process while it ran, with the commands inside. */
  readonly peakMegabytes: number;
}

export interface CommandTimes {
  readonly command: string;
  readonly wallMs: number;
  readonly storeMs: number;
  readonly byStore: Readonly<Partial<Record<StoreName, number>>>;
}

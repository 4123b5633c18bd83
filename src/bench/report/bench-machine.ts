/** What a benchmark ran on. */
import { availableParallelism, cpus, loadavg } from 'node:os';

export interface BenchMachine {
  readonly cores: number;
  readonly model: string;
  readonly node: string;
  /** When it began: above about 0.3 somebody else was busy. */
  readonly loadAverage: number;
}

/** To be called before anything is started. */
export function readBenchMachine(): BenchMachine {
  return {
    cores: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

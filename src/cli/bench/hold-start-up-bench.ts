/** The benchmark of starting, from the flags of its command. */
import { runStartUpBench, type StartUpReport } from '../../bench/start-up/run-start-up-bench.js';
import type { CliContext } from '../context.js';
import type { Output } from '../output/output.js';
import { holdBench } from './hold-bench.js';
import { machineText, showRows } from './show-figures.js';

export interface StartUpBenchFlags {
  readonly rounds: number;
  readonly runs: number;
  readonly check?: true | undefined;
}

/** @see holdBench */
export function holdStartUpBench(context: CliContext, flags: StartUpBenchFlags): Promise<void> {
  const { rounds, runs, check } = flags;
  return holdBench(context, {
    check: check === true,
    run: (parts) => runStartUpBench({ env: context.io.env, rounds, runs }, parts),
    show: (report) => showReport(context.output, report),
  });
}

function showReport(output: Output, report: StartUpReport): void {
  if (output.json) return output.data(report);
  const { machine, method, milliseconds } = report;
  showRows(output, report.rows);
  output.line();
  output.line(
    `--help ${milliseconds.help} ms, bare ${milliseconds.bare} ms; ${method.rounds} rounds, the fastest of ` +
      `${method.runs} starts in each; ${machineText(machine)}`,
  );
}

/** The report of the benchmark of accepts, for people or as JSON. */
import type { BenchReport } from '../../bench/accept/report.js';
import type { Output } from '../output/output.js';
import { machineText, showRates, showRows } from './show-figures.js';

export function showAcceptBench(output: Output, report: BenchReport): void {
  if (output.json) return output.data(report);
  const { machine, method, openModel } = report;
  showRates(output, 'requests', report.rates);
  output.line();
  showRows(output, report.rows);
  output.line();
  output.line(
    `open model at ${openModel.ratePerSecond} orders/s: p50 ${openModel.p50} ms, p99 ${openModel.p99} ms`,
  );
  output.line(
    `${method.rounds} rounds of ${method.secondsEach} s, ${method.connections} connections; ${machineText(machine)}`,
  );
}

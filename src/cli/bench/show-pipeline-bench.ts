/** The report of the benchmark of the pipeline, for people or as JSON. */
import type { PipelineReport } from '../../bench/pipeline/report.js';
import type { Output } from '../output/output.js';
import { machineText, showRates, showRows } from './show-figures.js';

export function showPipelineBench(output: Output, report: PipelineReport): void {
  if (output.json) return output.data(report);
  const { machine, method } = report;
  showRates(output, 'workflows', report.rates);
  output.line();
  showRows(output, report.rows);
  output.line();
  output.line(
    `${method.rounds} rounds of ${method.ordersEach} orders, ${method.concurrency} starts at once, and of ` +
      `${method.secondsEach} s at ${method.ratePerSecond} orders/s; ${machineText(machine)}`,
  );
}

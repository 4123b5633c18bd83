/** The report of the benchmark of watching, for people or as JSON. */
import type { PollFigures, TopBenchReport } from '../../bench/top/report.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { machineText, showRows } from './show-figures.js';

export function showTopBench(output: Output, report: TopBenchReport): void {
  if (output.json) return output.data(report);
  const { machine, method, countingMicros } = report;
  showRows(output, report.rows);
  output.line();
  output.line(
    renderTable<PollFigures>(
      output,
      [
        { title: 'one poll', value: ({ store, situation }) => `${store}, ${situation}` },
        { title: 'processor ms', value: ({ processorMs }) => String(processorMs), align: 'right' },
        { title: 'took ms', value: ({ tookMs }) => String(tookMs), align: 'right' },
        { title: 'calls', value: ({ calls }) => String(calls), align: 'right' },
      ],
      report.polls,
    ),
  );
  output.line();
  output.line(`counting one accepted order takes serve ${countingMicros} µs`);
  output.line(
    `${method.rounds} rounds of ${method.pollsPerRound} polls, ${method.storedOrders} orders of ` +
      `${method.products} products stored; ${machineText(machine)}`,
  );
}

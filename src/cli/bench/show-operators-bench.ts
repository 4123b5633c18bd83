/** The report of the benchmark of operators' commands, for people or as JSON. */
import type { CommandTimes, OperatorsReport } from '../../bench/operators/report.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';
import { machineText, showRows } from './show-figures.js';

export function showOperatorsBench(output: Output, report: OperatorsReport): void {
  if (output.json) return output.data(report);
  const { machine, method, peakMegabytes } = report;
  showRows(output, report.rows);
  output.line();
  const number = (value: number | undefined) => (value === undefined ? '' : String(value));
  output.line(
    renderTable<CommandTimes>(
      output,
      [
        { title: 'ms', value: ({ command }) => command },
        { title: 'whole', value: ({ wallMs }) => number(wallMs), align: 'right' },
        { title: 'postgres', value: ({ byStore }) => number(byStore.postgres), align: 'right' },
        { title: 'redis', value: ({ byStore }) => number(byStore.redis), align: 'right' },
        { title: 'kafka', value: ({ byStore }) => number(byStore.kafka), align: 'right' },
        { title: 'temporal', value: ({ byStore }) => number(byStore.temporal), align: 'right' },
      ],
      report.times,
    ),
  );
  output.line();
  output.line(
    `${method.rounds} rounds, ${method.storedOrders} orders stored, ${method.liveOrders} of them live; at most ` +
      `${peakMegabytes} MB; ${machineText(machine)}`,
  );
}

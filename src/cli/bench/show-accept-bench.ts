/** The report of the benchmark of accepts, for people or as JSON. */
import type { BenchReport, BenchRow } from '../../bench/accept/report.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';

export function showAcceptBench(output: Output, report: BenchReport): void {
  if (output.json) return output.data(report);
  const { machine, method, openModel } = report;
  output.line(
    renderTable(
      output,
      [
        { title: 'subject', value: ([name]) => name },
        { title: 'requests/s', value: ([, rate]) => String(rate), align: 'right' },
      ],
      Object.entries(report.rates),
    ),
  );
  output.line();
  output.line(
    renderTable<BenchRow>(
      output,
      [
        { title: 'row', value: ({ row }) => row },
        { title: 'what', value: ({ what }) => what },
        { title: 'median', value: textOf, align: 'right' },
        { title: 'rounds', value: ({ spread }) => `${spread[0]} to ${spread[1]}`, align: 'right' },
        { title: 'target', value: targetOf, align: 'right' },
        {
          title: 'verdict',
          value: ({ met }) => (met ? output.colours.good('met') : output.colours.bad('missed')),
        },
      ],
      report.rows,
    ),
  );
  output.line();
  output.line(
    `open model at ${openModel.ratePerSecond} orders/s: p50 ${openModel.p50} ms, p99 ${openModel.p99} ms`,
  );
  output.line(
    `${method.rounds} rounds of ${method.secondsEach} s, ${method.connections} connections; ` +
      `${machine.cores} cores (${machine.model}), Node ${machine.node}, load average ${machine.loadAverage} before`,
  );
}

function textOf({ value, unit }: BenchRow): string {
  return unit === 'ms' ? `${value} ms` : `${value}×`;
}

function targetOf({ target, unit }: BenchRow): string {
  const suffix = unit === 'ms' ? ' ms' : '×';
  return 'atLeast' in target ? `≥ ${target.atLeast}${suffix}` : `≤ ${target.atMost}${suffix}`;
}

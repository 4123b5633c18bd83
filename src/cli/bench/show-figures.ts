/** The tables that every benchmark shows: what each subject reached, and what that says about the promises. */
import type { BenchMachine } from '../../bench/report/bench-machine.js';
import type { BenchRow } from '../../bench/report/bench-row.js';
import type { Output } from '../output/output.js';
import { renderTable } from '../output/table.js';

/** @param unit what is counted, such as requests */
export function showRates(output: Output, unit: string, rates: Readonly<Record<string, number>>): void {
  output.line(
    renderTable(
      output,
      [
        { title: 'subject', value: ([name]) => name },
        { title: `${unit}/s`, value: ([, rate]) => String(rate), align: 'right' },
      ],
      Object.entries(rates),
    ),
  );
}

export function showRows(output: Output, rows: readonly BenchRow[]): void {
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
      rows,
    ),
  );
}

export function machineText({ cores, model, node, loadAverage }: BenchMachine): string {
  return `${cores} cores (${model}), Node ${node}, load average ${loadAverage} before`;
}

const SUFFIX: Readonly<Record<BenchRow['unit'], string>> = { ms: ' ms', ratio: '×', '%': ' %' };

function textOf({ value, unit }: BenchRow): string {
  return `${value}${SUFFIX[unit]}`;
}

function targetOf({ target, unit }: BenchRow): string {
  const suffix = SUFFIX[unit];
  return 'atLeast' in target ? `≥ ${target.atLeast}${suffix}` : `≤ ${target.atMost}${suffix}`;
}

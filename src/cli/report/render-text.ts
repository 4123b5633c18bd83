/** A report for a terminal of 80 columns, and for a pipe. */
import type { Report } from '../../core/report/report.js';
import type { Output } from '../output/output.js';
import { printable } from '../output/printable.js';
import { section, type Line } from '../output/section.js';
import { renderTable } from '../output/table.js';
import type { FactBlock, TableBlock } from './content/blocks.js';
import { totalBlocksOf } from './content/facts.js';
import {
  actionTable,
  customerTable,
  endingTable,
  funnelTable,
  productTable,
  proofTable,
  refusalTable,
  saleChangeTable,
} from './content/tables.js';
import { conservationLine, gapsOf, titleOf, verdictOf, windowLines } from './content/verdict.js';

/** Rows of one table; --json and --csv have all. */
const ROWS_SHOWN = 20;
const WIDTH = 80;

export function renderText(output: Output, report: Report): string {
  const { colours } = output;
  const verdict = verdictOf(report);
  const customers = customerTable(report);
  const endings = endingTable(report);
  return [
    [colours.heading(`Closing report: ${printable(titleOf(report))}`), ...windowLines(report)].join('\n'),
    [
      report.verdict === 'passed' ? colours.good(verdict) : colours.bad(verdict),
      conservationLine(report),
      ...gapsOf(report).flatMap((gap) => fold(printable(gap)).map(colours.warning)),
    ].join('\n'),
    renderRows(output, productTable(report)),
    ...(endings ? [renderRows(output, endings)] : []),
    renderRows(output, funnelTable(report)),
    ...totalBlocksOf(report).map((block) => renderFacts(output, block)),
    renderRows(output, refusalTable(report)),
    ...(customers ? [renderRows(output, customers)] : []),
    renderRows(output, saleChangeTable(report)),
    renderRows(output, actionTable(report)),
    `${renderRows(output, proofTable(report))}\n\n${proofText(report)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function renderFacts(output: Output, { title, facts, note }: FactBlock): string {
  const { colours } = output;
  const values = Math.max(...facts.map(({ value }) => value.length), 0);
  const lines = facts.map(
    ({ label, value, detail }): Line => [
      printable(label),
      `${value.padStart(values)}${detail ? `  ${colours.faint(detail)}` : ''}`,
      'whole',
    ],
  );
  const body = section(output, title, lines);
  return note && body !== '' ? `${body}\n${indented(colours.faint, note)}` : body;
}

function renderRows(output: Output, { title, columns, rows, empty, note }: TableBlock): string {
  const { colours } = output;
  const heading = colours.heading(title);
  if (rows.length === 0) return empty === '' ? '' : `${heading}\n  ${empty}`;
  const table = renderTable(
    output,
    columns.map(({ title: name, align, most }, index) => ({
      title: name,
      ...(align && { align }),
      value: (row: readonly string[]) => clip(printable(row[index] ?? ''), most),
    })),
    rows.slice(0, ROWS_SHOWN),
  );
  const rest = rows.length > ROWS_SHOWN ? [`  … and ${rows.length - ROWS_SHOWN} more; --json lists all`] : [];
  const notes = note ? [indented(colours.faint, printable(note))] : [];
  return [heading, ...table.split('\n').map((line) => `  ${line}`), ...rest, ...notes].join('\n');
}

function proofText({ proof }: Report): string {
  const ids = (proof.parameters[0] ?? []).slice(0, ROWS_SHOWN).map((id) => JSON.stringify(id));
  const parameter = printable(`-- $1: {${ids.join(',')}${ids.length === ROWS_SHOWN ? ',…' : ''}}`);
  return [...proof.sql.split('\n'), parameter].map((line) => `  ${line}`).join('\n');
}

function clip(text: string, most: number | undefined): string {
  return most === undefined || text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function indented(paint: (text: string) => string, text: string): string {
  return fold(text, WIDTH - 2)
    .map((line) => `  ${paint(line)}`)
    .join('\n');
}

/** Lines of at most so many characters, broken between words. */
function fold(text: string, width = WIDTH): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = '';
    }
    line += (line === '' ? '' : ' ') + word;
  }
  return [...lines, line];
}

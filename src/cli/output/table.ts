/** Tables for people: light lines on a terminal, bare aligned columns in a pipe for grep and awk. */
import Table from 'cli-table3';
import type { Output } from './output.js';

export interface Column<Row> {
  readonly title: string;
  /** One line of text; an empty one is shown as `-`. Colour it with `output.colours`. */
  readonly value: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
/** One line under the headings and none between rows. */
const LIGHT_LINES = { ...NO_LINES, middle: '   ' };

/** @returns the lines of the table joined by newlines, without a trailing one */
export function renderTable<Row>(
  output: Output,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): string {
  const titles = columns.map((column) => column.title.toUpperCase());
  const table = new Table({
    head: titles.map((title) => output.colours.heading(title)),
    colAligns: columns.map((column) => column.align ?? 'left'),
    chars: output.decorated ? LIGHT_LINES : NO_LINES,
    // cli-table3 colours heads and borders by itself, even into a pipe, unless told not to.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of rows) table.push(columns.map((column) => orDash(column.value(row))));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  if (output.decorated) lines.splice(1, 0, output.colours.faint('─'.repeat(widest(lines))));
  return lines.join('\n');
}

/** An empty cell would shift the columns for awk. */
function orDash(text: string): string {
  return stripColour(text) === '' ? '-' : text;
}

function widest(lines: readonly string[]): number {
  return Math.max(...lines.map((line) => stripColour(line).length));
}

function stripColour(text: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences are made of control characters
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}

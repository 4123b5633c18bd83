/** Tables for people: light lines on a terminal, bare aligned columns in a pipe for grep and awk. */
import Table from 'cli-table3';
import { fitColumns } from './fit-columns.js';
import type { Output } from './output.js';
import { stripColour, visibleWidth, wrapWords } from './visible.js';

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
const linesOf = (gap: number) => ({ ...NO_LINES, middle: ' '.repeat(gap) });
const PLAIN_GAP = 2;
const GAPS = [3, 2] as const;

/**
 * On a terminal it stays within the width: words go on in a further line, and where that is not enough each row becomes
 * a block of its own, so that ids stay whole. In a pipe every row is one line, however long.
 * @returns the lines of the table joined by newlines, without a trailing one
 */
export function renderTable<Row>(
  output: Output,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): string {
  const head = columns.map((column) => output.colours.heading(column.title.toUpperCase()));
  const body = rows.map((row) => columns.map((column) => orDash(column.value(row))));
  const aligns = columns.map((column) => column.align ?? 'left');
  const { width } = output;
  if (width === undefined) return draw(output, output.decorated ? GAPS[0] : PLAIN_GAP, aligns, head, body);
  const cells = head.map((title, at) => [title, ...body.map((row) => row[at] ?? '')]);
  for (const gap of GAPS) {
    const widths = fitColumns(cells, gap, width);
    if (!widths) continue;
    const wrap = (row: readonly string[]) => row.map((cell, at) => wrapWords(cell, widths[at] ?? width));
    return draw(output, gap, aligns, wrap(head), body.map(wrap));
  }
  return body.map((row) => block(head, row)).join('\n\n');
}

function draw(
  output: Output,
  gap: number,
  colAligns: ('left' | 'right')[],
  head: string[],
  body: readonly string[][],
): string {
  const table = new Table({
    ...{ head, colAligns, chars: linesOf(gap) },
    // cli-table3 colours heads and borders by itself, even into a pipe, unless told not to.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  table.push(...body);
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  const headLines = Math.max(...head.map((title) => title.split('\n').length));
  if (output.decorated) lines.splice(headLines, 0, output.colours.faint('─'.repeat(widest(lines))));
  return lines.join('\n');
}

function block(head: readonly string[], row: readonly string[]): string {
  const label = Math.max(...head.map(visibleWidth));
  return head
    .map((title, at) => `${title}${' '.repeat(label - visibleWidth(title))}  ${row[at] ?? ''}`)
    .join('\n');
}

/** An empty cell would shift the columns for awk. */
function orDash(text: string): string {
  return stripColour(text) === '' ? '-' : text;
}

function widest(lines: readonly string[]): number {
  return Math.max(...lines.map(visibleWidth));
}

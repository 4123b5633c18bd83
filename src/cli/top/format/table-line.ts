/** Lines of a list: columns fitted into a width, headings with the mark of the sorting, rows cell by cell. */
import type { Meaning } from '../views/colours.js';
import type { Cell, ListColumn, ListRow } from '../rows/list-row.js';
import type { GraphStyle } from '../state/model.js';
import type { ListState } from '../state/list.js';
import { fit } from './numbers.js';
import { plainText } from './plain-text.js';
import type { Symbols } from './symbols.js';

export interface FittedColumn extends ListColumn {
  /** Its place among the cells of a row. */
  readonly at: number;
}

export interface Segment {
  readonly text: string;
  readonly meaning: Meaning | undefined;
}

/** Depends on the width alone, so that columns stay where they are while figures change. */
export function fitColumns(columns: readonly ListColumn[], room: number, wide: boolean): FittedColumn[] {
  let fitted: FittedColumn[] = columns
    .map((column, at) => ({ ...column, at }))
    .filter((column) => wide || column.wide !== true);
  if (widthOf(fitted) > room)
    fitted = fitted.map((column) => ({ ...column, width: column.narrow ?? column.width }));
  while (widthOf(fitted) > room) {
    const first = Math.max(...fitted.map(({ drop }) => drop ?? -1));
    const dropped = fitted.findLast(({ drop }) => drop === first);
    if (first < 0 || !dropped) break;
    fitted = fitted.filter((column) => column !== dropped);
  }
  return grown(fitted, room);
}

function grown(columns: readonly FittedColumn[], room: number): FittedColumn[] {
  let left = room - widthOf(columns);
  return columns.map((column) => {
    const more = Math.max(0, Math.min(left, (column.growsTo ?? 0) - column.width));
    left -= more;
    return { ...column, width: column.width + more };
  });
}

function widthOf(columns: readonly FittedColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0) + Math.max(0, columns.length - 1);
}

/** The column by which a list is sorted bears a mark that points to where values grow. */
export function headingLine(
  columns: readonly FittedColumn[],
  { sort, reverse }: Pick<ListState, 'sort' | 'reverse'>,
  symbols: Symbols,
): string {
  return columns
    .map((column) => {
      const isSorted = column.at === sort;
      const title = isSorted ? `${column.title}${reverse ? symbols.falling : symbols.rising}` : column.title;
      return padded(fit(title, Math.min(title.length, column.width), ''), column);
    })
    .join(' ');
}

/** Cells with what they mean; what means nothing is joined. */
export function segmentsOf(
  row: ListRow,
  columns: readonly FittedColumn[],
  graph: GraphStyle,
  symbols: Symbols,
): Segment[] {
  const segments: Segment[] = [];
  for (const [index, column] of columns.entries()) {
    const text = padded(cellText(row.cells[column.at] ?? '', column.width, graph, symbols), column);
    const gap = index === columns.length - 1 ? '' : ' ';
    const meaning = row.meanings[column.at];
    const last = segments.at(-1);
    if (last && last.meaning === undefined && meaning === undefined)
      segments[segments.length - 1] = { text: last.text + text + gap, meaning };
    else segments.push({ text: text + gap, meaning });
  }
  return segments;
}

function cellText(cell: Cell, width: number, graph: GraphStyle, symbols: Symbols): string {
  const text = typeof cell === 'string' ? plainText(cell, symbols) : cell(width, graph);
  return text.length > width ? fit(text, width, symbols.ellipsis) : text;
}

function padded(text: string, { align, width }: ListColumn): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}

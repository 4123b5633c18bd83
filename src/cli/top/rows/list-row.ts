/** Rows and columns of the lists, before they are put into a width. */
import type { Meaning } from '../views/colours.js';
import type { GraphStyle } from '../state/model.js';

/** One blank is between two columns. */
export interface ListColumn {
  readonly title: string;
  readonly width: number;
  readonly align?: 'right';
  /** Where the room is short: before any column is left out. */
  readonly narrow?: number;
  /** Takes room that is left, up to this width. */
  readonly growsTo?: number;
  /** Left out where the room is still short: the highest goes first. Without it the column stays. */
  readonly drop?: number;
  /** Only in the wide form. */
  readonly wide?: true;
}

/** Text, or what is drawn into the width of its column. */
export type Cell = string | ((width: number, graph: GraphStyle) => string);

export interface ListRow {
  readonly id: string;
  readonly cells: readonly Cell[];
  /** By what a column is sorted; its text where nothing is given. */
  readonly sortBy: readonly (string | number)[];
  /** Of a cell, by its column. */
  readonly meanings: Readonly<Record<number, Meaning | undefined>>;
  readonly isProblem: boolean;
  /** What a filter looks in. */
  readonly text: string;
  /** Into which Enter goes, and which R replays. */
  readonly orderId: string | null;
  /** Of which P pauses the sale. */
  readonly productId: string | null;
  /** What is said of the selected row below the list. */
  readonly detail: readonly string[];
  /** To paste. */
  readonly command: string | null;
}

/** A row of texts; everything else is what it is in most lists. */
export function toRow(id: string, cells: readonly Cell[], more: Partial<ListRow> = {}): ListRow {
  const texts = cells.map((cell) => (typeof cell === 'string' ? cell : ''));
  return {
    id,
    cells,
    sortBy: texts,
    meanings: {},
    isProblem: false,
    text: texts.join(' '),
    orderId: null,
    productId: null,
    detail: [],
    command: null,
    ...more,
  };
}

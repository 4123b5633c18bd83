/** Where an operator is in a list that changes under their hands: by what is selected, not by its place. */

export interface ListState {
  /** Id of the selected row; null until something was selected. */
  readonly selected: string | null;
  /** Its place when it was last seen: what stands there is selected when the row itself is gone. */
  readonly at: number;
  /** The first row on the screen. */
  readonly top: number;
  readonly filter: string;
  /** Column; null: the order in which the rows come. */
  readonly sort: number | null;
  readonly reverse: boolean;
}

export const EMPTY_LIST: ListState = {
  selected: null,
  at: 0,
  top: 0,
  filter: '',
  sort: null,
  reverse: false,
};

export interface Identified {
  readonly id: string;
}

/** Place of the selected row; -1 in an empty list. */
export function selectedAt(list: ListState, rows: readonly Identified[]): number {
  const found = list.selected === null ? -1 : rows.findIndex((row) => row.id === list.selected);
  return found >= 0 ? found : Math.min(list.at, rows.length - 1);
}

/** The first row to show, so that the selected one is on the screen, moved no further than needed. */
export function topOf(list: ListState, rows: readonly Identified[], page: number): number {
  const at = Math.max(0, selectedAt(list, rows));
  const last = Math.max(0, rows.length - page);
  const top = Math.min(list.top, last);
  if (at < top) return at;
  return at >= top + page ? Math.min(last, at - page + 1) : top;
}

/** @param by rows down, negative up; Infinity for the end */
export function moved(list: ListState, rows: readonly Identified[], by: number, page: number): ListState {
  if (rows.length === 0) return list;
  const at = Math.min(rows.length - 1, Math.max(0, selectedAt(list, rows) + by));
  const next = { ...list, at, selected: rows[at]?.id ?? null };
  return { ...next, top: topOf(next, rows, page) };
}

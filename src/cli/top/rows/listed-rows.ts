/** The rows of the view that is shown: read from the data, narrowed and sorted as the operator asked. Pure. */
import { toSnapshot } from '../state/snapshot.js';
import type { ListState } from '../state/list.js';
import { shownOf, type TopState, type TopView, type TopData } from '../state/model.js';
import type { ScreenName } from '../state/screens.js';
import type { ListColumn, ListRow } from './list-row.js';
import { LOG_COLUMNS, logRows } from './log-rows.js';
import { ORDER_COLUMNS, orderRows } from './order-rows.js';
import { PARTITION_COLUMNS, partitionRows } from './partition-rows.js';
import { PRODUCT_COLUMNS, productRows } from './product-rows.js';
import { STUCK_COLUMNS, stuckRows } from './stuck-rows.js';

export interface ListedRows {
  readonly columns: readonly ListColumn[];
  readonly rows: readonly ListRow[];
  /** Before filter and problems. */
  readonly total: number;
}

export const COLUMNS: Readonly<Record<ScreenName, readonly ListColumn[]>> = {
  overview: PRODUCT_COLUMNS,
  orders: ORDER_COLUMNS,
  stuck: STUCK_COLUMNS,
  kafka: PARTITION_COLUMNS,
  log: LOG_COLUMNS,
};

export function listedRows({ data, view }: TopState): ListedRows {
  const shown = shownOf({ data, view });
  const all = rowsOf(view.screen, shown.data, shown.now);
  const columns = COLUMNS[view.screen];
  return { columns, rows: narrowed(all, view), total: all.length };
}

function rowsOf(screen: ScreenName, data: TopData, now: number): ListRow[] {
  switch (screen) {
    case 'overview':
      return productRows(toSnapshot(data, now).products);
    case 'orders':
      return orderRows(data.looks.orders?.orders ?? [], now);
    case 'stuck':
      return stuckRows(data.looks.stuck?.orders ?? [], now);
    case 'kafka':
      return partitionRows(data.looks.partitions?.partitions ?? []);
    case 'log':
      return logRows(data.log);
  }
}

function narrowed(all: readonly ListRow[], view: TopView): readonly ListRow[] {
  const list = view.lists[view.screen];
  const wanted = list.filter.trim().toLowerCase();
  const kept = all.filter(
    (row) =>
      (!view.problemsOnly || row.isProblem) && (wanted === '' || row.text.toLowerCase().includes(wanted)),
  );
  return sorted(kept, list);
}

function sorted(rows: readonly ListRow[], { sort, reverse }: ListState): readonly ListRow[] {
  const ordered =
    sort === null ? [...rows] : [...rows].sort((a, b) => compare(a.sortBy[sort], b.sortBy[sort]));
  return reverse ? ordered.reverse() : ordered;
}

function compare(a: string | number = '', b: string | number = ''): number {
  if (typeof a === 'number' && typeof b === 'number') return a === b ? 0 : a < b ? -1 : 1;
  return String(a).localeCompare(String(b));
}

/** The selected row, if the list has any. */
export function selectedRow(state: TopState): ListRow | undefined {
  const { rows } = listedRows(state);
  const list = state.view.lists[state.view.screen];
  return rows.find((row) => row.id === list.selected) ?? rows[Math.min(list.at, rows.length - 1)];
}

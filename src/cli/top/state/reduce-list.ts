/** What keys do to the list of a view: move, sort, filter. Pure. */
import { pageOf } from '../format/layout.js';
import { helpLines } from '../help-words.js';
import { listedRows } from '../rows/listed-rows.js';
import { moved, type ListState } from './list.js';
import type { TopState, TopView } from './model.js';

export type ListAction =
  /** Rows down, or pages, or to one end; negative up. */
  | { readonly type: 'move'; readonly by: number; readonly unit: 'row' | 'page' }
  | { readonly type: 'sortNext' }
  | { readonly type: 'reverse' }
  | { readonly type: 'typeFilter' }
  | { readonly type: 'filterTyped'; readonly text: string }
  | { readonly type: 'filterErased' }
  | { readonly type: 'filterKept' }
  | { readonly type: 'filterCleared' };

/** Product ids have 64 characters. */
const LONGEST_FILTER = 64;

export function reduceList(state: TopState, action: ListAction): TopView {
  const { view } = state;
  const list = view.lists[view.screen];
  switch (action.type) {
    case 'move': {
      const page = pageOf(view);
      const by = action.unit === 'page' ? action.by * page : action.by;
      if (view.helpOpen)
        return { ...view, helpTop: clamped(view.helpTop + by, helpLines(view.screen) - page) };
      if (view.drill) return { ...view, drill: { ...view.drill, top: scrolled(state, by, page) } };
      return withList(view, moved(list, listedRows(state).rows, by, page));
    }
    case 'sortNext':
      return withList(view, { ...list, sort: nextSort(list, listedRows(state).columns.length), top: 0 });
    case 'reverse':
      return withList(view, { ...list, reverse: !list.reverse, top: 0 });
    case 'typeFilter':
      return view.drill ? view : { ...view, typingFilter: true, helpOpen: false };
    case 'filterTyped':
      return withList(view, {
        ...list,
        filter: (list.filter + action.text).slice(0, LONGEST_FILTER),
        top: 0,
      });
    case 'filterErased':
      return withList(view, { ...list, filter: list.filter.slice(0, -1), top: 0 });
    case 'filterKept':
      return { ...view, typingFilter: false };
    case 'filterCleared':
      return { ...withList(view, { ...list, filter: '', top: 0 }), typingFilter: false };
  }
}

function withList(view: TopView, list: ListState): TopView {
  return { ...view, lists: { ...view.lists, [view.screen]: list } };
}

/** After the last column comes the order in which rows are read. */
function nextSort({ sort }: ListState, columns: number): number | null {
  const next = sort === null ? 0 : sort + 1;
  return next >= columns ? null : next;
}

function clamped(top: number, last: number): number {
  return Math.max(0, Math.min(top, last));
}

function scrolled({ data, view }: TopState, by: number, page: number): number {
  const lines = data.looks.order?.lines.length ?? 0;
  return clamped((view.drill?.top ?? 0) + by, lines - page);
}

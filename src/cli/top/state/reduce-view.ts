/** What keys, the clock and the terminal's size do to the screen itself. Pure. */
import { EMPTY_LIST } from './list.js';
import { INTERVAL, type GraphStyle, type TopState, type TopView } from './model.js';
import { nextScreen, type ScreenName } from './screens.js';

export type ViewAction =
  | { readonly type: 'tick'; readonly at: number }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'togglePause' }
  | { readonly type: 'toggleHelp' }
  | { readonly type: 'nextGraph' }
  | { readonly type: 'slower' }
  | { readonly type: 'faster' }
  | { readonly type: 'goTo'; readonly screen: ScreenName }
  | { readonly type: 'nextScreen' }
  | { readonly type: 'previousScreen' }
  | { readonly type: 'toggleProblems' }
  | { readonly type: 'toggleWide' }
  | { readonly type: 'drillInto'; readonly orderId: string }
  /** The orders of one product. */
  | { readonly type: 'ordersOf'; readonly productId: string }
  /** Closes what lies on top: help, the timeline of an order, a filter. */
  | { readonly type: 'back' }
  | { readonly type: 'noticed'; readonly text: string; readonly bad: boolean };

const NOTICE_MS = 6_000;

export function reduceView({ data, view }: TopState, action: ViewAction): TopView {
  switch (action.type) {
    case 'tick': {
      const now = Math.max(view.now, action.at);
      const notice = view.notice && view.notice.until > now ? view.notice : null;
      return { ...view, now, notice };
    }
    case 'resized':
      return { ...view, columns: action.columns, rows: action.rows };
    case 'togglePause':
      return { ...view, frozen: view.frozen ? null : { data, now: view.now } };
    case 'toggleHelp':
      return { ...view, helpOpen: !view.helpOpen, helpTop: 0 };
    case 'nextGraph':
      return { ...view, graph: NEXT_GRAPH[view.graph] };
    case 'slower':
      return withInterval(view, view.intervalMs + INTERVAL.stepMs);
    case 'faster':
      return withInterval(view, view.intervalMs - INTERVAL.stepMs);
    case 'goTo':
      return showing(view, action.screen);
    case 'nextScreen':
      return showing(view, nextScreen(view.screen, 1));
    case 'previousScreen':
      return showing(view, nextScreen(view.screen, -1));
    case 'toggleProblems':
      return { ...view, problemsOnly: !view.problemsOnly };
    case 'toggleWide':
      return { ...view, wide: !view.wide };
    case 'drillInto':
      return { ...view, drill: { orderId: action.orderId, top: 0 }, helpOpen: false };
    case 'ordersOf':
      return {
        ...showing(view, 'orders'),
        lists: { ...view.lists, orders: { ...EMPTY_LIST, filter: action.productId } },
      };
    case 'back':
      return back(view);
    case 'noticed':
      return { ...view, notice: { text: action.text, bad: action.bad, until: view.now + NOTICE_MS } };
  }
}

const NEXT_GRAPH: Readonly<Record<GraphStyle, GraphStyle>> = {
  block: 'braille',
  braille: 'ascii',
  ascii: 'block',
};

function showing(view: TopView, screen: ScreenName): TopView {
  return { ...view, screen, drill: null, helpOpen: false, typingFilter: false };
}

function back(view: TopView): TopView {
  if (view.helpOpen) return { ...view, helpOpen: false };
  if (view.drill) return { ...view, drill: null };
  const list = view.lists[view.screen];
  if (list.filter !== '')
    return { ...view, lists: { ...view.lists, [view.screen]: { ...list, filter: '', top: 0 } } };
  return { ...view, notice: null };
}

function withInterval(view: TopView, intervalMs: number): TopView {
  return { ...view, intervalMs: Math.min(INTERVAL.ceilingMs, Math.max(INTERVAL.floorMs, intervalMs)) };
}

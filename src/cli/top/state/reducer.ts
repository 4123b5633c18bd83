/** Every change of the dashboard's state, as one pure function over an explicit union of actions. */
import { withChanges } from './changes.js';
import type { DetailName } from './details.js';
import type { Failure, PollCost, Sample, SourceName, TopState } from './model.js';
import { reduceDialog, type DialogAction } from './reduce-dialog.js';
import { withFailure, withSample } from './reduce-data.js';
import { reduceList, type ListAction } from './reduce-list.js';
import { reduceView, type ViewAction } from './reduce-view.js';

export type TopAction =
  | { readonly type: 'answered'; readonly at: number; readonly sample: Sample; readonly cost?: PollCost }
  | {
      readonly type: 'failed';
      readonly at: number;
      readonly source: SourceName | DetailName;
      readonly failure: Failure;
    }
  | ViewAction
  | ListAction
  | DialogAction;

export function reduce(state: TopState, action: TopAction): TopState {
  switch (action.type) {
    case 'answered':
    case 'failed': {
      const { data } = state;
      const next =
        action.type === 'answered'
          ? withSample(data, action.sample, action.at, action.cost)
          : withFailure(data, action);
      const now = Math.max(state.view.now, action.at);
      return { data: withChanges(data, next, action.at), view: { ...state.view, now } };
    }
    case 'move':
    case 'sortNext':
    case 'reverse':
    case 'typeFilter':
    case 'filterTyped':
    case 'filterErased':
    case 'filterKept':
    case 'filterCleared':
      return { ...state, view: reduceList(state, action) };
    case 'dialogOpened':
    case 'planned':
    case 'dialogTyped':
    case 'dialogErased':
    case 'submitted':
    case 'dialogDone':
    case 'dialogClosed':
      return { ...state, view: reduceDialog(state.view, action) };
    default:
      return { ...state, view: reduceView(state, action) };
  }
}

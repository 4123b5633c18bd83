/** The one place that holds the dashboard's state, outside React: views subscribe, the collector dispatches. */
import { reduce, type TopAction } from './reducer.js';
import type { TopState } from './model.js';

export interface TopStore {
  readonly getState: () => TopState;
  readonly dispatch: (action: TopAction) => void;
  /** @returns the undo */
  readonly subscribe: (listener: () => void) => () => void;
}

export function createStore(initial: TopState): TopStore {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    dispatch(action) {
      state = reduce(state, action);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

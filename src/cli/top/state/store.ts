/** The one place that holds the dashboard's state, outside React: views subscribe, the collector dispatches. */
import { reduce, type TopAction } from './reducer.js';
import type { TopState } from './model.js';

export interface TopStore {
  readonly getState: () => TopState;
  readonly dispatch: (action: TopAction) => void;
  /** Told of every tick and every change of the view, not of measurements. @returns the undo */
  readonly subscribe: (listener: () => void) => () => void;
}

/** Drawn with the next tick: a picture for each answer of each source costs three times as much and shows no more. */
const MEASURED: ReadonlySet<TopAction['type']> = new Set(['answered', 'failed']);

export function createStore(initial: TopState): TopStore {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    getState: () => state,
    dispatch(action) {
      state = reduce(state, action);
      if (MEASURED.has(action.type)) return;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

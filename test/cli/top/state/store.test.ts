import { describe, expect, it } from 'vitest';
import { createStore } from '../../../../src/cli/top/state/store.js';
import { initialState } from '../../../../src/cli/top/state/model.js';
import { answered, NOW } from '../sale-in-progress.js';

describe('the store', () => {
  it('has the views drawn for keys and ticks, and gathers measurements until then', () => {
    const store = createStore(initialState());
    let drawn = 0;
    const stop = store.subscribe(() => (drawn += 1));
    store.dispatch(answered({ source: 'kafka', lag: 3 }));
    expect({ drawn, lag: store.getState().data.lag }).toEqual({ drawn: 0, lag: 3 });
    store.dispatch({ type: 'tick', at: NOW });
    store.dispatch({ type: 'togglePause' });
    expect(drawn).toBe(2);
    stop();
    store.dispatch({ type: 'tick', at: NOW + 1 });
    expect(drawn).toBe(2);
  });
});

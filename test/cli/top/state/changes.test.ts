import { describe, expect, it } from 'vitest';
import { initialState, LOG_ENTRIES, type TopState } from '../../../../src/cli/top/state/model.js';
import type { TopAction } from '../../../../src/cli/top/state/reducer.js';
import { after, answered, catalogLook, NOW, postgresSample, saleInProgress } from '../sale-in-progress.js';

const texts = (state: TopState) => state.data.log.map(({ severity, text }) => `${severity}: ${text}`);
const failed = (at: number): TopAction => ({
  type: 'failed',
  at,
  source: 'kafka',
  failure: { code: 'UNAVAILABLE', message: 'no broker' },
});

describe('the log', () => {
  it('tells once when a source goes away, and for how long when it is back', () => {
    const state = after(
      saleInProgress(),
      failed(NOW + 1_000),
      failed(NOW + 3_000),
      answered({ source: 'kafka', lag: 1 }, NOW + 15_000),
    );
    expect(texts(state)).toEqual(['good: kafka is back after 14s', 'bad: kafka fails: no broker']);
  });

  it('tells once when attention is called for, however its words change, and when it is over', () => {
    const stuck = (count: number) =>
      answered(postgresSample({ stuck: { count, capped: false, oldestAgeMs: 61_000 } }));
    const state = after(saleInProgress(), stuck(2), stuck(3), answered(postgresSample()));
    expect(texts(state)).toEqual([
      'good: over: 3 PENDING for over 1m00s, oldest 1m01s',
      'bad: 2 PENDING for over 1m00s, oldest 1m01s',
    ]);
  });

  it('tells changes of sales', () => {
    const [first, second] = catalogLook().sales;
    if (!first || !second) throw new Error('two sales');
    const look = catalogLook({ sales: [{ ...first, state: 'PAUSED' }, second] });
    expect(texts(after(saleInProgress(), answered({ source: 'catalog', look })))).toContain(
      'warning: sale of cap-blk: OPEN to PAUSED',
    );
  });

  it('tells each action of an operator once, by the time at which it was done', () => {
    const action = (actionId: string, ageMs: number) => ({
      actionId,
      at: NOW - ageMs,
      text: `action ${actionId}`,
    });
    const look = (...actions: ReturnType<typeof action>[]) =>
      answered({ source: 'catalog', look: catalogLook({ actions }) });
    const state = after(
      saleInProgress(),
      look(action('9', 60_000)),
      look(action('10', 2_000), action('9', 60_000)),
    );
    expect(texts(state)).toEqual(['info: action 10', 'info: action 9']);
    expect(state.data.log.map(({ at }) => NOW - at)).toEqual([2_000, 60_000]);
  });

  it('never grows beyond its bound', () => {
    let state = initialState();
    for (let n = 0; n < LOG_ENTRIES; n += 1) {
      state = after(state, failed(NOW + n), answered({ source: 'kafka', lag: 0 }, NOW + n));
    }
    expect(state.data.log).toHaveLength(LOG_ENTRIES);
    expect(new Set(state.data.log.map(({ number }) => number)).size).toBe(LOG_ENTRIES);
  });
});

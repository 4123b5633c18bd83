import { describe, expect, it } from 'vitest';
import {
  HISTORY_SECONDS,
  initialState,
  INTERVAL,
  QUEUE_POINTS,
} from '../../../../src/cli/top/state/model.js';
import { reduce, type TopAction } from '../../../../src/cli/top/state/reducer.js';
import { after, answered, NOW, postgresSample, saleInProgress } from '../sale-in-progress.js';

const failed = (at: number): TopAction => ({
  type: 'failed',
  at,
  source: 'redis',
  failure: { code: 'UNAVAILABLE', message: 'connection refused' },
});

describe('what a source answers', () => {
  it('replaces a second that is read again, since replicas add their part later', () => {
    const second = Math.floor(NOW / 1_000) - 5;
    const before = postgresSample({ seconds: [{ second, counts: { accepted: 3 }, latency: {} }] });
    const more = postgresSample({ seconds: [{ second, counts: { accepted: 7 }, latency: {} }] });
    const { data } = after(initialState(), answered(before), answered(more));
    expect(data.seconds).toEqual([{ second, counts: { accepted: 7 }, latency: {} }]);
  });

  it('never keeps more than its bounds, however long the screen stays open', () => {
    let state = initialState();
    for (let n = 0; n < 2_000; n += 1) {
      const at = NOW + n * 1_000;
      const second = Math.floor(at / 1_000);
      state = after(
        state,
        answered(postgresSample({ seconds: [{ second, counts: { accepted: n }, latency: {} }] }), at),
        answered({ source: 'kafka', lag: n }, at),
        answered({ source: 'temporal', backlog: n }, at),
      );
    }
    expect(state.data.seconds).toHaveLength(HISTORY_SECONDS);
    expect(state.data.seconds.at(-1)?.counts).toEqual({ accepted: 1_999 });
    for (const points of Object.values(state.data.queues)) expect(points).toHaveLength(QUEUE_POINTS);
  });

  it('drops what Redis said of products that it was not asked about any more', () => {
    const state = after(saleInProgress(), answered({ source: 'redis', products: [] }));
    expect(state.data.redis).toEqual({});
  });
});

describe('a source that is away', () => {
  it('keeps its last figures, the age of its last answer and the moment its trouble began', () => {
    const state = after(saleInProgress(), failed(NOW + 2_000), failed(NOW + 9_000));
    expect(state.data.sources.redis).toEqual({
      kind: 'failing',
      at: NOW,
      since: NOW + 2_000,
      failure: { code: 'UNAVAILABLE', message: 'connection refused' },
    });
    expect(state.data.redis['cap-blk']).toMatchObject({ available: 2 });
  });

  it('leaves every other source as it was', () => {
    const before = saleInProgress();
    const { sources } = after(before, failed(NOW + 2_000)).data;
    expect({ ...sources, redis: null }).toEqual({ ...before.data.sources, redis: null });
  });

  it('has no last answer when it never gave one', () => {
    expect(after(initialState(), failed(NOW)).data.sources.redis).toMatchObject({
      kind: 'failing',
      at: null,
    });
  });

  it('is well again with its next answer', () => {
    const state = after(
      saleInProgress(),
      failed(NOW + 1),
      answered({ source: 'redis', products: [] }, NOW + 2),
    );
    expect(state.data.sources.redis).toEqual({ kind: 'answered', at: NOW + 2 });
  });
});

describe('the view', () => {
  it('freezes the picture while polling goes on, and shows the newest figures when released', () => {
    const paused = after(
      saleInProgress(),
      { type: 'togglePause' },
      answered({ source: 'kafka', lag: 1 }, NOW + 2_000),
    );
    expect(paused.view.frozen).toMatchObject({ now: NOW, data: { lag: 1_204 } });
    expect(paused.data.lag).toBe(1);
    expect(reduce(paused, { type: 'togglePause' }).view.frozen).toBeNull();
  });

  it('keeps the interval within its bounds', () => {
    const fastest = Array.from({ length: 20 }, (): TopAction => ({ type: 'faster' }));
    expect(after(initialState(), ...fastest).view.intervalMs).toBe(INTERVAL.floorMs);
    const slowest = Array.from({ length: 400 }, (): TopAction => ({ type: 'slower' }));
    expect(after(initialState(), ...slowest).view.intervalMs).toBe(INTERVAL.ceilingMs);
  });

  it('never lets its clock run backwards', () => {
    expect(after(initialState({ now: NOW }), { type: 'tick', at: NOW - 1_000 }).view.now).toBe(NOW);
  });

  it('leads from blocks over braille to ASCII and back', () => {
    const seen = [1, 2, 3].map(
      (times) =>
        after(initialState(), ...Array.from({ length: times }, (): TopAction => ({ type: 'nextGraph' }))).view
          .graph,
    );
    expect(seen).toEqual(['braille', 'ascii', 'block']);
  });
});
